package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// special returns n numbers with infinities, NaN and both zeros among them.
func (s *suite) special(n int) []float64 {
	x := s.normal(n, 1)
	odd := []float64{math.Inf(1), math.Inf(-1), math.NaN(), 0, math.Copysign(0, -1), math.MaxFloat32, 0x1p-149}
	for i := range x {
		if s.rand.IntN(4) == 0 {
			x[i] = odd[s.rand.IntN(len(odd))]
		}
	}
	return x
}

// max(x, 0) is exact; NaN stays NaN.
func relu(s *suite, t *testing.T) {
	for _, n := range append(lengths(0), 20011) {
		x, dx, dy := s.special(n), s.normal(n, 1), s.normal(n, 1)
		label := fmt.Sprintf("n=%d", n)
		s.compare(t, label, func(b kernels.Backend, m *memory) { b.ReLU(m.out("y", n), m.in("x", x), n) }, exact)
		s.compare(t, label+" backward", func(b kernels.Backend, m *memory) {
			b.ReLUBackward(m.inout("dx", dx), m.in("dy", dy), m.in("x", x), n)
		}, func(_ string, i int, want float64) float64 { return s.eps() * math.Abs(want) })
	}
}

// A sum is rounded once; a product and a sum at most three times (the factor
// itself may be rounded to the element type).
func elementwise(s *suite, t *testing.T) {
	for _, n := range append(lengths(0), 20011) {
		a, b, y := s.normal(n, 1), s.normal(n, 1), s.normal(n, 1)
		sum := func(_ string, i int, want float64) float64 { return s.eps() * math.Abs(want) }
		label := fmt.Sprintf("n=%d", n)
		s.compare(t, "Add "+label, func(k kernels.Backend, m *memory) {
			k.Add(m.out("y", n), m.in("a", a), m.in("b", b), n)
		}, sum)
		s.compare(t, "Add to a "+label, func(k kernels.Backend, m *memory) {
			y := m.inout("y", a)
			k.Add(y, y, m.in("b", b), n)
		}, sum)
		s.compare(t, "Add to b "+label, func(k kernels.Backend, m *memory) {
			y := m.inout("y", b)
			k.Add(y, m.in("a", a), y, n)
		}, sum)
		odd := s.special(n)
		s.compare(t, "Add to special "+label, func(k kernels.Backend, m *memory) {
			k.Add(m.out("y", n), m.in("a", odd), m.in("b", b), n)
		}, sum)
		for _, f := range []float64{0.3, -2, 0, 1e-9} {
			s.compare(t, "AddScaled "+label, func(k kernels.Backend, m *memory) {
				k.AddScaled(m.inout("y", y), m.in("x", a), f, n)
			}, func(_ string, i int, _ float64) float64 { return 3 * s.eps() * (math.Abs(y[i]) + math.Abs(f*a[i])) })
			s.compare(t, "Scale "+label, func(k kernels.Backend, m *memory) {
				k.Scale(m.inout("y", y), f, n)
			}, func(_ string, _ int, want float64) float64 { return 2 * s.eps() * math.Abs(want) })
		}
	}
}

// The sum is kept in float64: no float32 overflows it, and its error is that of
// n additions of float64.
func sumSquares(s *suite, t *testing.T) {
	for _, n := range append(lengths(0), 20011) {
		for _, scale := range []float64{1, 1e25, 1e-25} {
			x := s.normal(n, scale)
			want := 0.0
			for _, v := range x {
				want += v * v
			}
			var got [2]float64
			for i := range got {
				s.run(t, "SumSquares", s.b, s.dt, func(b kernels.Backend, m *memory) { got[i] = b.SumSquares(m.in("x", x), n) })
			}
			if !(math.Abs(got[0]-want) <= float64(n+1)*0x1p-52*want) || got[0] != got[1] {
				t.Fatalf("n=%d scale %g: %v, then %v, want %v", n, scale, got[0], got[1], want)
			}
			if s.twin != nil {
				s.run(t, "SumSquares", s.twin, s.dt, func(b kernels.Backend, m *memory) { got[1] = b.SumSquares(m.in("x", x), n) })
				if got[0] != got[1] {
					t.Fatalf("n=%d: %v here, %v there", n, got[0], got[1])
				}
			}
		}
	}
}
