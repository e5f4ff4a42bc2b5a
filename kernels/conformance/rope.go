package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// Two products and a sum: 4·ε·(|x·cos| + |x'·sin|), at most that of |x| + |x'|.
func rope(s *suite, t *testing.T) {
	const positions = 50
	for _, half := range lengths(1) {
		if half > 130 {
			continue
		}
		headDim := 2 * half
		cos, sin := make([]float64, positions*half), make([]float64, positions*half)
		for p := range positions {
			for i := range half {
				angle := float64(p) * math.Pow(10000, -float64(i)/float64(half))
				cos[p*half+i], sin[p*half+i] = float64(float32(math.Cos(angle))), float64(float32(math.Sin(angle)))
			}
		}
		for _, z := range [][2]int{{0, 2}, {1, 1}, {5, 3}} {
			T, heads := z[0], z[1]
			d := heads * headDim
			x, pos := s.normal(T*d, 1), s.below(T, positions)
			for _, inverse := range []bool{false, true} {
				label := fmt.Sprintf("T=%d heads=%d headDim=%d inverse=%v", T, heads, headDim, inverse)
				allowed := func(_ string, i int, _ float64) float64 {
					pair := i + half
					if i%headDim >= half {
						pair = i - half
					}
					return 4 * s.eps() * (math.Abs(x[i]) + math.Abs(x[pair]))
				}
				s.compare(t, label, func(b kernels.Backend, m *memory) {
					b.RoPE(m.out("y", T*d), m.in("x", x), m.in("cos", cos), m.in("sin", sin), pos, heads, headDim, inverse)
				}, allowed)
				s.compare(t, label+" in place", func(b kernels.Backend, m *memory) {
					y := m.inout("y", x)
					b.RoPE(y, y, m.in("cos", cos), m.in("sin", sin), pos, heads, headDim, inverse)
				}, allowed)
			}
		}
		if half == 12 {
			const T, heads = 70, 3
			pos := s.below(T, positions)
			s.invariant(t, rowwise{name: "RoPE", T: T, in: []matrix{{"x", heads * headDim, s.normal(T*heads*headDim, 1)}},
				run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
					b.RoPE(m.out("y", len(in[0])), m.in("x", in[0]), m.in("cos", cos), m.in("sin", sin),
						choose(pos, rows), heads, headDim, false)
				}})
		}
	}
}
