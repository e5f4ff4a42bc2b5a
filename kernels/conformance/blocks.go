package conformance

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/x448/float16"

	"github.com/stepgrain/stepgrain/kernels"
)

// BlockBackend is a backend that also looks up rows of a weight in blocks.
type BlockBackend interface {
	kernels.Backend
	// EmbeddingBlocks writes y[t] = row ids[t] of w, which was packed, in numbers
	// of y's type.
	EmbeddingBlocks(y kernels.Buffer, w *kernels.Weight, ids []int32)
}

// blockSizes are T, N, K: every tail of rows and columns, odd numbers of blocks.
var blockSizes = [][3]int{
	{1, 32, 32}, {1, 1, 64}, {2, 5, 96}, {3, 17, 32}, {4, 31, 160}, {5, 33, 288}, {7, 64, 64}, {8, 15, 96}, {9, 40, 128},
	{15, 47, 64}, {16, 16, 320}, {17, 32, 96}, {23, 65, 64}, {33, 7, 32}, {64, 33, 96}, {0, 8, 32}, {70, 100, 352},
}

// blocks are any bytes with scales of usual size; in some blocks they are 0.
func (s *suite) blocks(f kernels.BlockFormat, N, K int, compute kernels.DType) *kernels.Weight {
	data := make([]byte, N*K/kernels.BlockSize*f.Bytes())
	for i := range data {
		data[i] = byte(s.rand.Uint32())
	}
	for at := 0; at < len(data); at += f.Bytes() {
		heads := []float64{s.rand.NormFloat64() / 50, s.rand.NormFloat64() / 10}
		if s.rand.IntN(10) == 0 {
			heads[0] = 0
		}
		if f != kernels.Q4_1 {
			heads = heads[:1]
		}
		for i, x := range heads {
			binary.LittleEndian.PutUint16(data[at+2*i:], float16.Fromfloat32(float32(x)).Bits())
		}
	}
	return &kernels.Weight{N: N, K: K, Compute: compute, Blocks: &kernels.Blocks{Format: f, Data: data}}
}

// packed is a copy of w for one backend.
func packed(b kernels.Backend, w *kernels.Weight) *kernels.Weight {
	c := *w
	b.Pack(&c)
	return &c
}

// magnitude is Σ_k |x[t,k]|·max|w| over the numbers that a block can hold: the
// sum that rounding errors are relative to.
func magnitude(x []float64, w *kernels.Weight, t, n int) float64 {
	half := func(b []byte) float64 {
		return math.Abs(float64(float16.Frombits(binary.LittleEndian.Uint16(b)).Float32()))
	}
	f, sum := w.Blocks.Format, 0.0
	for i := range w.K / kernels.BlockSize {
		block := w.Blocks.Row(n, w.K)[i*f.Bytes():]
		most := 128 * half(block)
		if f == kernels.Q4_1 {
			most += half(block[2:])
		}
		for _, v := range x[t*w.K+i*kernels.BlockSize:][:kernels.BlockSize] {
			sum += math.Abs(v) * most
		}
	}
	return sum
}

// Error of a product: √n·ε relative to the sum of magnitudes, with n terms: K in
// float32, K/32 where blocks are summed in integers.
func linearBlocks(s *suite, t *testing.T) {
	for _, f := range []kernels.BlockFormat{kernels.Q8_0, kernels.Q4_0, kernels.Q4_1} {
		for _, compute := range []kernels.DType{kernels.F32, kernels.I8} {
			for _, z := range blockSizes {
				T, N, K := z[0], z[1], z[2]
				w := s.blocks(f, N, K, compute)
				x, bias, old := s.normal(T*K, 1), s.normal(N, 1), s.normal(T*N, 1)
				allowed := func(_ string, i int, _ float64) float64 {
					return s.sumError(K) * (magnitude(x, w, i/N, i%N) + 4)
				}
				label := fmt.Sprintf("%s %s T=%d N=%d K=%d", f, compute, T, N, K)
				s.compare(t, label, func(b kernels.Backend, m *memory) {
					b.Linear(m.out("y", T*N), m.in("x", x), packed(b, w), T, kernels.Epilogue{})
				}, allowed)
				s.compare(t, label+" acc bias", func(b kernels.Backend, m *memory) {
					y := m.inout("y", old)
					b.Linear(y, m.in("x", x), packed(b, w), T, kernels.Epilogue{Bias: m.in("bias", bias), Add: y})
				}, allowed)
			}
			const T, N, K = 37, 70, 96
			w, x := s.blocks(f, N, K, compute), s.normal(T*K, 1)
			s.invariant(t, rowwise{name: fmt.Sprintf("%s %s", f, compute), T: T, in: []matrix{{"x", K, x}},
				run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
					b.Linear(m.out("y", len(rows)*N), m.in("x", in[0]), packed(b, w), len(rows), kernels.Epilogue{})
				}})
		}
	}
}

// Rows of a table in blocks are exact.
func embeddingBlocks(s *suite, t *testing.T) {
	if _, ok := s.b.(BlockBackend); !ok {
		t.Skip("the backend has no tables in blocks")
	}
	for _, f := range []kernels.BlockFormat{kernels.Q8_0, kernels.Q4_0, kernels.Q4_1} {
		for _, z := range blockSizes {
			T, N, K := z[0], z[1], z[2]
			w, ids := s.blocks(f, N, K, kernels.F32), s.below(T, N)
			s.compare(t, fmt.Sprintf("%s T=%d N=%d K=%d", f, T, N, K), func(b kernels.Backend, m *memory) {
				b.(BlockBackend).EmbeddingBlocks(m.out("y", T*K), packed(b, w), ids)
			}, exact)
		}
	}
}
