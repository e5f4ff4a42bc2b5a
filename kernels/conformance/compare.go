package conformance

import (
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// call makes operands in m and runs one kernel of b on them.
type call func(b kernels.Backend, m *memory)

// bound is the error allowed in element i of an output.
type bound func(out string, i int, want float64) float64

// exact allows no error. −0 and 0 are equal.
func exact(string, int, float64) float64 { return 0 }

// compare runs a call on the backend and on the reference in float64. With a
// twin it compares the bits of the two instead.
func (s *suite) compare(t *testing.T, label string, c call, allowed bound) {
	t.Helper()
	got := s.run(t, label, s.b, s.dt, c)
	if s.twin != nil {
		sameBits(t, label, got, s.run(t, label, s.twin, s.dt, c))
		return
	}
	want := s.run(t, label, reference, kernels.F64, c)
	for n, o := range got {
		for i := range o.buf.Len() {
			g, w := o.buf.At(i), want[n].buf.At(i)
			if math.IsNaN(w) || math.IsInf(w, 0) {
				if g != w && !(math.IsNaN(w) && math.IsNaN(g)) {
					t.Fatalf("%s: %s[%d] = %v, want %v", label, o.name, i, g, w)
				}
				continue
			}
			tol := allowed(o.name, i, w)
			if tol > 0 {
				tol += s.tiny()
			}
			if !(math.Abs(g-w) <= tol) {
				t.Fatalf("%s: %s[%d] = %v, want %v ± %.3g (off by %.3g)", label, o.name, i, g, w, tol, math.Abs(g-w))
			}
		}
	}
}

// tiny is what an output may lose where float32 has no normal numbers left.
func (s *suite) tiny() float64 {
	if s.dt == kernels.F64 {
		return 0x1p-1020
	}
	return 0x1p-124
}

func (s *suite) run(t *testing.T, label string, b kernels.Backend, dt kernels.DType, c call) []operand {
	t.Helper()
	m := &memory{dt: dt, shift: len(label)}
	c(b, m)
	m.intact(t, label)
	return m.outputs()
}

func sameBits(t *testing.T, label string, got, want []operand) {
	t.Helper()
	for n, o := range got {
		g, w := bitsOf(o.buf), bitsOf(want[n].buf)
		for i := range g {
			if g[i] != w[i] && !(math.IsNaN(o.buf.At(i)) && math.IsNaN(want[n].buf.At(i))) {
				t.Fatalf("%s: %s[%d] = %v here and %v there", label, o.name, i, o.buf.At(i), want[n].buf.At(i))
			}
		}
	}
}
