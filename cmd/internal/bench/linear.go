package bench

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// linearShapes are [K, N]: small LLaMA, Qwen2-0.5B and 1B models, then the
// embedded model (width 96) and SmolLM2-135M (width 576).
var linearShapes = [][2]int{
	{256, 256}, {256, 688}, {688, 256}, {896, 896}, {896, 4864}, {4864, 896}, {2048, 2048}, {2048, 8192},
	{96, 96}, {96, 256}, {256, 96}, {96, 1024}, {576, 576}, {576, 192}, {576, 1536}, {1536, 576},
}

// linearCases are the products of a layer: forward and the gradient of the
// input, with weights packed beforehand or in each call, and the gradient of the
// weight, which packs nothing that lasts. A single row, T1, takes
// its weights from memory, as decoding does: the calls go round copies of the
// matrix that no cache holds. The same for 8-bit integers is GemmI8.
func linearCases() []Case {
	var list []Case
	for _, dt := range []string{"f32", "bf16"} {
		for _, t := range []int{1, 8, 64, 512, 2048, 4096} {
			for _, s := range linearShapes {
				name := fmt.Sprintf("%s/T%d/%dx%d", dt, t, s[0], s[1])
				list = append(list, linear("Linear/fwd/"+name+"/prepacked", "NT", dt, t, s[0], s[1], true))
				if t > 1 {
					list = append(list, linear("Linear/fwd/"+name, "NT", dt, t, s[0], s[1], false))
				}
				list = append(list,
					linear("Linear/dx/"+name, "NN", dt, t, s[0], s[1], false),
					linear("Linear/dx/"+name+"/prepacked", "NN", dt, t, s[0], s[1], true),
					linear("Linear/dw/"+name, "TN", dt, t, s[0], s[1], true))
			}
		}
	}
	// Without the suffix, a row by itself is the same: nobody packs for one row.
	for _, dt := range []string{"f32", "bf16"} {
		for _, s := range linearShapes {
			list = append(list, linear(fmt.Sprintf("Linear/fwd/%s/T1/%dx%d", dt, s[0], s[1]), "NT", dt, 1, s[0], s[1], true))
		}
	}
	for _, t := range []int{1, 8, 64, 512, 2048} {
		for _, s := range linearShapes {
			list = append(list, linear(fmt.Sprintf("GemmI8/T%d/%dx%d", t, s[0], s[1]), "NT", "i8", t, s[0], s[1], true))
		}
	}
	return list
}

func linear(name, form, dt string, T, K, N int, prepacked bool) Case {
	c := Case{Name: name, Shape: fmt.Sprintf("T%d K%d N%d", T, K, N), DType: dt, Flops: 2 * float64(T) * float64(N) * float64(K)}
	size := float64(N*K) * map[string]float64{"f32": 4, "bf16": 2, "i8": 1}[dt]
	if T >= 512 {
		c.Target = 0.75 // the narrow ones included
	}
	rotate := T == 1 && form == "NT"
	if rotate {
		c.Flops, c.Bytes, c.Set, c.Target = 0, size, rotated, 0.90
	}
	c.Setup = func(e *Env) func() {
		var next func() *kernels.Weight
		if rotate {
			e.need(dtype(dt)) // before the memory is taken
			next = e.rotate(int(size), func(raw kernels.Buffer) *kernels.Weight {
				return &kernels.Weight{Raw: raw, N: N, K: K, Compute: dtype(dt)}
			}, N*K)
		}
		return product(e, form, dt, T, N, K, prepacked, next)
	}
	return c
}

// rotated is the memory that weights of one row go round: more than 1 GB, and
// than four times the 480 MB that the largest third level met so far claims.
const rotated = 2 << 30

// rotate returns a function that gives packed copies of a weight in turn. They
// share the plain matrix, which products of one row do not read.
func (e *Env) rotate(size int, weight func(raw kernels.Buffer) *kernels.Weight, n int) func() *kernels.Weight {
	raw := e.buf(n)
	copies := make([]*kernels.Weight, max(2, (rotated+size-1)/size))
	for i := range copies {
		copies[i] = weight(raw)
		e.Backend.Pack(copies[i])
	}
	i := -1
	return func() *kernels.Weight {
		i = (i + 1) % len(copies)
		return copies[i]
	}
}
