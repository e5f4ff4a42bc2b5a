package bench

import (
	"fmt"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/kernels"
)

// quantCases multiply with weights kept in blocks, as GGUF files store them:
// LinearQ rounds the rows to 8-bit integers too, LinearQ32 multiplies in
// float32. The bytes of one row's case are those of the blocks.
func quantCases() []Case {
	var list []Case
	for _, format := range []kernels.BlockFormat{kernels.Q8_0, kernels.Q4_0, kernels.Q4_1} {
		for _, s := range [][2]int{{896, 4864}, {4864, 896}, {896, 151936}, {576, 1536}, {576, 49152}} {
			for _, t := range []int{1, 8, 64, 512} {
				list = append(list,
					quantCase("LinearQ", format, kernels.I8, t, s[0], s[1]),
					quantCase("LinearQ32", format, kernels.F32, t, s[0], s[1]))
			}
		}
	}
	return list
}

func quantCase(kind string, format kernels.BlockFormat, compute kernels.DType, T, K, N int) Case {
	c := Case{Name: fmt.Sprintf("%s/%v/T%d/%dx%d", kind, format, T, K, N), Shape: fmt.Sprintf("T%d K%d N%d", T, K, N),
		DType: compute.String(), Flops: 2 * float64(T) * float64(N) * float64(K)}
	size := N * K / kernels.BlockSize * format.Bytes()
	if T == 1 {
		c.Flops, c.Bytes, c.Set, c.Target = 0, float64(size), rotated, 0.90
	}
	c.Setup = func(e *Env) func() {
		x, y := e.buf(T*K), e.zeros(T*N)
		data := blockBytes(e.r, format, size)
		if reason := tryBlocks(e.Backend, format, compute); reason != "" {
			e.Skip(reason)
		}
		n := 1
		if T == 1 {
			n = max(2, (rotated+size-1)/size)
		}
		copies := make([]*kernels.Weight, n)
		for i := range copies {
			d := data
			if i > 0 {
				d = append([]byte(nil), data...)
			}
			copies[i] = &kernels.Weight{N: N, K: K, Compute: compute, Blocks: &kernels.Blocks{Format: format, Data: d}}
			e.Backend.Pack(copies[i])
		}
		i := -1
		return func() {
			i = (i + 1) % n
			e.Backend.Linear(y, x, copies[i], T, kernels.Epilogue{})
		}
	}
	return c
}

// blockBytes draws size bytes of blocks. The scales are small float16 numbers.
func blockBytes(r *rand.Rand, format kernels.BlockFormat, size int) []byte {
	const period = 1 << 16
	data := make([]byte, size)
	for i := range min(size, period) {
		data[i] = byte(r.Uint32())
	}
	for i := period; i < size; i += period {
		copy(data[i:], data[:period])
	}
	for i := 0; i < size; i += format.Bytes() {
		data[i], data[i+1] = byte(i), 0x20 // about 2^-7
		if format == kernels.Q4_1 {
			data[i+2], data[i+3] = byte(i), 0xa0
		}
	}
	return data
}

// tryBlocks says why a backend cannot multiply with blocks, "" when it can.
func tryBlocks(b kernels.Backend, format kernels.BlockFormat, compute kernels.DType) (reason string) {
	defer func() {
		if r := recover(); r != nil {
			reason = fmt.Sprintf("this backend does not multiply with %v in %v", format, compute)
		}
	}()
	const n = kernels.BlockSize
	w := &kernels.Weight{N: 1, K: n, Compute: compute, Blocks: &kernels.Blocks{Format: format, Data: make([]byte, format.Bytes())}}
	b.Pack(w)
	b.Linear(kernels.Of(make([]float32, 1)), kernels.Of(make([]float32, n)), w, 1, kernels.Epilogue{})
	return ""
}
