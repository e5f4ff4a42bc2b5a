package conformance

import (
	"fmt"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// sizes are triples in which each takes every length in turn, with others that
// are not multiples of a vector, and some that fill several tiles.
func (s *suite) sizes() [][3]int {
	var out [][3]int
	for _, n := range lengths(0) {
		out = append(out, [3]int{n, 5, 7}, [3]int{3, n, 9}, [3]int{4, 6, n})
	}
	for range 40 {
		out = append(out, [3]int{s.rand.IntN(40), s.rand.IntN(70), s.rand.IntN(70)})
	}
	return append(out, [3]int{1, 257, 300}, [3]int{131, 70, 129}, [3]int{67, 193, 64}, [3]int{200, 33, 520}, [3]int{64, 128, 128})
}

// Error of a product of k terms: √k·ε·Σ|x·w|, see sumError.
func linear(s *suite, t *testing.T) {
	for _, z := range s.sizes() {
		T, N, K := z[0], z[1], z[2]
		x, w, bias, old := s.normal(T*K, 1), s.normal(N*K, 1), s.normal(N, 1), s.normal(T*N, 1)
		size := make([]float64, T*N)
		product := func(b kernels.Backend, m *memory, x, w, bias []float64) kernels.Buffer {
			y := m.out("y", T*N)
			b.Linear(y, m.in("x", x), m.weight(b, w, N, K), T, kernels.Epilogue{Bias: m.in("bias", bias)})
			return y
		}
		y := product(reference, &memory{dt: kernels.F64}, abs(x), abs(w), abs(bias))
		for i := range size {
			size[i] = y.At(i)
		}
		label := fmt.Sprintf("T=%d N=%d K=%d", T, N, K)
		allowed := func(_ string, i int, _ float64) float64 { return s.sumError(K) * (size[i] + 4) }
		s.compare(t, label+" bias", func(b kernels.Backend, m *memory) { product(b, m, x, w, bias) }, allowed)
		s.compare(t, label, func(b kernels.Backend, m *memory) { product(b, m, x, w, nil) }, allowed)
		s.compare(t, label+" acc", func(b kernels.Backend, m *memory) {
			y := m.inout("y", old)
			b.Linear(y, m.in("x", x), m.weight(b, w, N, K), T, kernels.Epilogue{Add: y})
		}, allowed)
		s.compare(t, label+" acc bias", func(b kernels.Backend, m *memory) {
			y := m.inout("y", old)
			b.Linear(y, m.in("x", x), m.weight(b, w, N, K), T, kernels.Epilogue{Bias: m.in("bias", bias), Add: y})
		}, allowed)
	}
	for _, z := range [][3]int{{13, 37, 19}, {70, 65, 130}, {9, 1, 33}, {25, 130, 1}} {
		T, N, K := z[0], z[1], z[2]
		x, w, bias, old := s.normal(T*K, 1), s.normal(N*K, 1), s.normal(N, 1), s.normal(T*N, 1)
		s.invariant(t, rowwise{name: fmt.Sprintf("Linear %v", z), T: T, nan: true, in: []matrix{{"x", K, x}},
			run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
				b.Linear(m.out("y", len(rows)*N), m.in("x", in[0]), m.weight(b, w, N, K), len(rows), kernels.Epilogue{Bias: m.in("bias", bias)})
			}})
		s.invariant(t, rowwise{name: fmt.Sprintf("Linear acc %v", z), T: T, in: []matrix{{"x", K, x}, {"y", N, old}},
			run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
				y := m.inout("y", in[1])
				b.Linear(y, m.in("x", in[0]), m.weight(b, w, N, K), len(rows), kernels.Epilogue{Add: y})
			}})
	}
	for _, z := range [][3]int{{1, 5, 3}, {3, 33, 17}, {13, 70, 40}, {26, 129, 64}, {2, 270, 520}, {14, 70, 300}} {
		linearEpilogues(s, t, z[0], z[1], z[2])
	}
	linearSpecials(s, t)
	if s.twin == nil {
		repack(s, t)
	}
}

// repack checks that Pack follows changes of the weight.
func repack(s *suite, t *testing.T) {
	const N, K = 21, 18
	m := &memory{dt: s.dt}
	wt := &kernels.Weight{Raw: m.inout("w", s.normal(N*K, 1)), N: N, K: K}
	s.b.Pack(wt)
	one := make([]float64, K)
	one[3] = 1
	for i := range N * K {
		wt.Raw.Set(i, float64(i))
	}
	s.b.Pack(wt)
	y := m.out("y", N)
	s.b.Linear(y, m.in("x", one), wt, 1, kernels.Epilogue{})
	for n := range N {
		if y.At(n) != float64(n*K+3) {
			t.Fatalf("after Pack: y[%d] = %v, want %d", n, y.At(n), n*K+3)
		}
	}
}

func linearBackwardX(s *suite, t *testing.T) {
	for _, z := range s.sizes() {
		T, N, K := z[0], z[1], z[2]
		dy, w, old := s.normal(T*N, 1), s.normal(N*K, 1), s.normal(T*K, 1)
		m := &memory{dt: kernels.F64}
		size := m.out("dx", T*K)
		reference.LinearBackwardX(size, m.in("dy", abs(dy)), m.weight(reference, abs(w), N, K), T, false)
		label := fmt.Sprintf("T=%d N=%d K=%d", T, N, K)
		allowed := func(_ string, i int, _ float64) float64 { return s.sumError(N) * (size.At(i) + 4) }
		s.compare(t, label, func(b kernels.Backend, m *memory) {
			b.LinearBackwardX(m.out("dx", T*K), m.in("dy", dy), m.weight(b, w, N, K), T, false)
		}, allowed)
		s.compare(t, label+" acc", func(b kernels.Backend, m *memory) {
			b.LinearBackwardX(m.inout("dx", old), m.in("dy", dy), m.weight(b, w, N, K), T, true)
		}, allowed)
	}
	const T, N, K = 31, 67, 45
	dy, w, old := s.normal(T*N, 1), s.normal(N*K, 1), s.normal(T*K, 1)
	s.invariant(t, rowwise{name: "LinearBackwardX", T: T, nan: true, in: []matrix{{"dy", N, dy}},
		run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
			b.LinearBackwardX(m.out("dx", len(rows)*K), m.in("dy", in[0]), m.weight(b, w, N, K), len(rows), false)
		}})
	s.invariant(t, rowwise{name: "LinearBackwardX acc", T: T, in: []matrix{{"dy", N, dy}, {"dx", K, old}},
		run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
			b.LinearBackwardX(m.inout("dx", in[1]), m.in("dy", in[0]), m.weight(b, w, N, K), len(rows), true)
		}})
}

func linearBackwardW(s *suite, t *testing.T) {
	for _, z := range s.sizes() {
		T, N, K := z[0], z[1], z[2]
		dy, x, dw, db := s.normal(T*N, 1), s.normal(T*K, 1), s.normal(N*K, 1), s.normal(N, 1)
		m := &memory{dt: kernels.F64}
		sizeW, sizeB := m.inout("dw", abs(dw)), m.inout("dbias", abs(db))
		reference.LinearBackwardW(sizeW, sizeB, m.in("dy", abs(dy)), m.in("x", abs(x)), T, N, K, kernels.F32)
		allowed := func(out string, i int, _ float64) float64 {
			if out == "dbias" {
				return s.sumError(T) * sizeB.At(i)
			}
			return s.sumError(T) * sizeW.At(i)
		}
		label := fmt.Sprintf("T=%d N=%d K=%d", T, N, K)
		for _, which := range []struct {
			name   string
			dw, db []float64
		}{{"both", dw, db}, {"no dbias", dw, nil}, {"no dw", nil, db}} {
			s.compare(t, label+" "+which.name, func(b kernels.Backend, m *memory) {
				b.LinearBackwardW(m.inout("dw", which.dw), m.inout("dbias", which.db), m.in("dy", dy), m.in("x", x), T, N, K, kernels.F32)
			}, allowed)
		}
	}
}
