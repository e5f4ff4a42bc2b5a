package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// BF16 tests the products with factors rounded to bfloat16 of a backend, and its
// attention if it computes that so ([kernels.Backend].AttentionCompute). Other
// kernels have no such form.
func BF16(t *testing.T, name string, b kernels.Backend) {
	bf16Products(t, name, &suite{b: b, dt: kernels.F32})
}

// BF16SameBits tests that two backends give the same bits in these products.
func BF16SameBits(t *testing.T, name string, a, b kernels.Backend) {
	bf16Products(t, name, &suite{b: a, twin: b, dt: kernels.F32})
}

// bf16Products: as the definition rounds the factors too and products of
// bfloat16 are exact in float32, all that is left is the error of the sums; the
// bound of one is that of f32 (see sumError) with as many more roundings as
// sums of pairs have.
func bf16Products(t *testing.T, name string, s *suite) {
	t.Run(name, func(t *testing.T) {
		for _, test := range []struct {
			name string
			f    func(*suite, *testing.T)
		}{{"Linear", bf16Linear}, {"LinearBackwardX", bf16BackwardX}, {"LinearBackwardW", bf16BackwardW}, {"Special", bf16Special}, {"Round", bf16Round},
			{"Attention", attention16}, {"AttentionRaggedPagedAndWhole", attentionWays16}, {"AttentionBackward", attentionBackward16}} {
			t.Run(test.name, func(t *testing.T) {
				s := s.seeded("bf16 " + test.name)
				test.f(s, t)
			})
		}
	})
}

// sizes16 are those of the f32 products and some around blocks of 32.
func (s *suite) sizes16() [][3]int {
	return append(s.sizes(), [3]int{31, 33, 31}, [3]int{33, 31, 33}, [3]int{65, 97, 95}, [3]int{16, 48, 64}, [3]int{17, 16, 3100})
}

func (m *memory) weight16(b kernels.Backend, w []float64, n, k int) *kernels.Weight {
	wt := &kernels.Weight{Raw: m.in("w", w), N: n, K: k, Compute: kernels.BF16}
	b.Pack(wt)
	return wt
}

func bf16Linear(s *suite, t *testing.T) {
	for _, z := range s.sizes16() {
		T, N, K := z[0], z[1], z[2]
		x, w, bias, old, gate := s.normal(T*K, 1), s.normal(N*K, 1), s.normal(N, 1), s.normal(T*N, 1), s.normal(T*N, 1)
		m := &memory{dt: kernels.F64}
		size := m.out("y", T*N)
		reference.Linear(size, m.in("x", abs(x)), m.weight16(reference, abs(w), N, K), T, kernels.Epilogue{Bias: m.in("bias", abs(bias))})
		label := fmt.Sprintf("T=%d N=%d K=%d", T, N, K)
		allowed := func(_ string, i int, _ float64) float64 { return s.sumError(K) * (size.At(i) + 4) }
		product := func(e func(m *memory) (kernels.Buffer, kernels.Epilogue)) call {
			return func(b kernels.Backend, m *memory) {
				y, e := e(m)
				b.Linear(y, m.in("x", x), m.weight16(b, w, N, K), T, e)
			}
		}
		s.compare(t, label, product(func(m *memory) (kernels.Buffer, kernels.Epilogue) {
			return m.out("y", T*N), kernels.Epilogue{}
		}), allowed)
		s.compare(t, label+" bias and sum", product(func(m *memory) (kernels.Buffer, kernels.Epilogue) {
			y := m.inout("y", old)
			return y, kernels.Epilogue{Bias: m.in("bias", bias), Add: y}
		}), allowed)
		s.compare(t, label+" gate", product(func(m *memory) (kernels.Buffer, kernels.Epilogue) {
			return m.out("y", T*N), kernels.Epilogue{Gate: m.in("gate", gate), Up: m.out("up", T*N), Add: m.in("add", old)}
		}), func(out string, i int, w float64) float64 {
			if out == "up" {
				return allowed(out, i, w)
			}
			return (1 + math.Abs(gate[i])) * allowed(out, i, w)
		})
	}
	for _, z := range [][3]int{{13, 37, 19}, {70, 65, 130}, {9, 1, 33}, {40, 130, 1}} {
		T, N, K := z[0], z[1], z[2]
		x, w, bias := s.normal(T*K, 1), s.normal(N*K, 1), s.normal(N, 1)
		s.invariant(t, rowwise{name: fmt.Sprintf("Linear bf16 %v", z), T: T, nan: true, in: []matrix{{"x", K, x}},
			run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
				b.Linear(m.out("y", len(rows)*N), m.in("x", in[0]), m.weight16(b, w, N, K), len(rows), kernels.Epilogue{Bias: m.in("bias", bias)})
			}})
	}
}

func bf16BackwardX(s *suite, t *testing.T) {
	for _, z := range s.sizes16() {
		T, N, K := z[0], z[1], z[2]
		dy, w, old := s.normal(T*N, 1), s.normal(N*K, 1), s.normal(T*K, 1)
		m := &memory{dt: kernels.F64}
		size := m.inout("dx", abs(old))
		reference.LinearBackwardX(size, m.in("dy", abs(dy)), m.weight16(reference, abs(w), N, K), T, true)
		allowed := func(_ string, i int, _ float64) float64 { return s.sumError(N) * (size.At(i) + 4) }
		label := fmt.Sprintf("T=%d N=%d K=%d", T, N, K)
		s.compare(t, label, func(b kernels.Backend, m *memory) {
			b.LinearBackwardX(m.out("dx", T*K), m.in("dy", dy), m.weight16(b, w, N, K), T, false)
		}, allowed)
		s.compare(t, label+" acc", func(b kernels.Backend, m *memory) {
			b.LinearBackwardX(m.inout("dx", old), m.in("dy", dy), m.weight16(b, w, N, K), T, true)
		}, allowed)
	}
	const T, N, K = 41, 67, 45
	dy, w, old := s.normal(T*N, 1), s.normal(N*K, 1), s.normal(T*K, 1)
	s.invariant(t, rowwise{name: "LinearBackwardX bf16", T: T, nan: true, in: []matrix{{"dy", N, dy}, {"dx", K, old}},
		run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
			b.LinearBackwardX(m.inout("dx", in[1]), m.in("dy", in[0]), m.weight16(b, w, N, K), len(rows), true)
		}})
}

func bf16BackwardW(s *suite, t *testing.T) {
	for _, z := range s.sizes16() {
		T, N, K := z[0], z[1], z[2]
		dy, x, dw, db := s.normal(T*N, 1), s.normal(T*K, 1), s.normal(N*K, 1), s.normal(N, 1)
		m := &memory{dt: kernels.F64}
		sizeW, sizeB := m.inout("dw", abs(dw)), m.inout("dbias", abs(db))
		reference.LinearBackwardW(sizeW, sizeB, m.in("dy", abs(dy)), m.in("x", abs(x)), T, N, K, kernels.F32)
		s.compare(t, fmt.Sprintf("T=%d N=%d K=%d", T, N, K), func(b kernels.Backend, m *memory) {
			b.LinearBackwardW(m.inout("dw", dw), m.inout("dbias", db), m.in("dy", dy), m.in("x", x), T, N, K, kernels.BF16)
		}, func(out string, i int, _ float64) float64 {
			if out == "dbias" {
				return s.sumError(T) * sizeB.At(i)
			}
			return s.sumError(T) * (sizeW.At(i) + 4)
		})
	}
}

// bf16Special: NaN, infinities, −0, halves between two bfloat16, and numbers
// that are subnormal before or after they are rounded.
func bf16Special(s *suite, t *testing.T) {
	special := []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 0, 1 + 0x1p-8, 1 + 3*0x1p-8, 0x1.ffp0,
		0x1.fffffep127, -0x1.fep127, 0x1p-126, 0x1p-127, 0x1.fffffcp-127, 0x1p-149, -0x1p-140}
	K := len(special)
	one := make([]float64, K)
	for i := range one {
		one[i] = 1
	}
	for at, v := range special { // one special number a row, so that they do not hide one another
		x := s.normal(K, 1)
		x[at] = v
		near := func(_ string, _ int, want float64) float64 { return 0x1p-18 * (math.Abs(want) + 10) }
		s.compare(t, fmt.Sprint("x ", v), func(b kernels.Backend, m *memory) {
			b.Linear(m.out("y", 1), m.in("x", x), m.weight16(b, one, 1, K), 1, kernels.Epilogue{})
		}, near)
		s.compare(t, fmt.Sprint("w ", v), func(b kernels.Backend, m *memory) {
			b.Linear(m.out("y", 1), m.in("x", one), m.weight16(b, x, 1, K), 1, kernels.Epilogue{})
		}, near)
		alone := make([]float64, K)
		alone[at] = v
		s.compare(t, fmt.Sprint("alone ", v), func(b kernels.Backend, m *memory) {
			b.Linear(m.out("y", 1), m.in("x", alone), m.weight16(b, one, 1, K), 1, kernels.Epilogue{})
		}, exact)
	}
}

// bf16Round: exact, with special and subnormal numbers.
func bf16Round(s *suite, t *testing.T) {
	for _, n := range append(lengths(0), 20011) {
		x := s.special(n)
		for i := range x {
			switch s.rand.IntN(8) {
			case 0:
				x[i] = 0x1.ffp-127 // would be normal again
			case 1:
				x[i] = 1 + float64(s.rand.IntN(4))*0x1p-8
			}
		}
		want, got := make([]kernels.BFloat16, n), make([]kernels.BFloat16, n+1)
		m := &memory{dt: kernels.F32}
		in := m.in("x", x)
		reference.Round(kernels.Of(want), in, n)
		got[n] = 7
		s.b.Round(kernels.Of(got), in, n)
		for i, w := range want {
			if got[i] != w && (w.Float32() == w.Float32() || got[i].Float32() == got[i].Float32()) {
				t.Fatalf("%v becomes %#x, want %#x", x[i], got[i], w)
			}
		}
		if got[n] != 7 {
			t.Fatal("wrote beyond the end")
		}
	}
}
