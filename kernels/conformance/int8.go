package conformance

import (
	"fmt"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// Rows of w and x rounded to 8-bit integers: their sum is exact, and what is
// done to it rounds a few times. Integers are made in float32 by every backend,
// so they are the same.
func linearInt8(s *suite, t *testing.T) {
	weight := func(b kernels.Backend, m *memory, w []float64, N, K int) *kernels.Weight {
		wt := &kernels.Weight{Raw: m.in("w", w), N: N, K: K, Compute: kernels.I8}
		b.Pack(wt)
		return wt
	}
	for _, z := range append(s.sizes(), [3]int{70, 100, 320}) {
		T, N, K := z[0], z[1], z[2]
		x, w, bias, old := s.normal(T*K, 1), s.normal(N*K, 1), s.normal(N, 1), s.normal(T*N, 1)
		allowed := func(_ string, i int, want float64) float64 { return 16 * s.eps() * (float64(K) + 8) }
		s.compare(t, fmt.Sprintf("T=%d N=%d K=%d", T, N, K), func(b kernels.Backend, m *memory) {
			y := m.inout("y", old)
			b.Linear(y, m.in("x", x), weight(b, m, w, N, K), T, kernels.Epilogue{Bias: m.in("bias", bias), Add: y})
		}, allowed)
	}
	const T, N, K = 37, 70, 101
	x, w := s.normal(T*K, 1), s.normal(N*K, 1)
	s.invariant(t, rowwise{name: "Linear in integers", T: T, nan: true, in: []matrix{{"x", K, x}},
		run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
			b.Linear(m.out("y", len(rows)*N), m.in("x", in[0]), weight(b, m, w, N, K), len(rows), kernels.Epilogue{})
		}})
}
