package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// m errs by its two terms, v (all positive) by itself, p by itself once and by
// the two updates some times.
func adamW(s *suite, t *testing.T) {
	steps := []kernels.AdamWStep{
		{LR: 1e-3, Beta1: .9, Beta2: .999, Eps: 1e-8, Correction1: .1, Correction2: .001, GradScale: 1},
		{LR: 1e-2, Beta1: .9, Beta2: .95, Eps: 1e-5, WeightDecay: .1, Correction1: 1 - .9*.9*.9, Correction2: 1 - .95*.95*.95, GradScale: 0.37},
		{LR: 0, Beta1: .9, Beta2: .95, Eps: 1e-8, WeightDecay: .1, Correction1: .5, Correction2: .3, GradScale: 1},
	}
	for _, n := range append(lengths(0), 20011) {
		for k, step := range steps {
			p, g, mo, vo := s.normal(n, 1), s.normal(n, 1), s.normal(n, .1), abs(s.normal(n, .1))
			for i := range n {
				if i%5 == 0 {
					g[i] = 0
				}
				if i%10 == 0 {
					mo[i], vo[i] = 0, 0
				}
			}
			allowed := func(out string, i int, want float64) float64 {
				gs := step.GradScale * g[i]
				m1, v1 := step.Beta1*math.Abs(mo[i])+(1-step.Beta1)*math.Abs(gs), step.Beta2*vo[i]+(1-step.Beta2)*gs*gs
				switch out {
				case "m":
					return 8 * s.eps() * m1
				case "v":
					return 8 * s.eps() * v1
				}
				update := step.LR * (m1 / step.Correction1) / (math.Sqrt(v1/step.Correction2) + step.Eps)
				return s.eps() * (2*math.Abs(p[i]) + 24*update + 8*step.LR*step.WeightDecay*math.Abs(p[i]))
			}
			s.compare(t, fmt.Sprintf("n=%d step %d", n, k), func(b kernels.Backend, m *memory) {
				b.AdamW(m.inout("p", p), m.in("g", g), m.inout("m", mo), m.inout("v", vo), kernels.Buffer{}, n, step)
			}, allowed)
		}
	}
	for _, n := range append(lengths(0), 20011) {
		s.adamWCopy(t, n, steps[1])
	}
}

// The copy is p, rounded: of the same p as without a copy, and nothing beyond
// it is written. NaN, infinities, ties and numbers that round to ∞ are among p.
func (s *suite) adamWCopy(t *testing.T, n int, step kernels.AdamWStep) {
	t.Helper()
	p, g, mo, vo := s.normal(n, 1), s.normal(n, 1), s.normal(n, .1), abs(s.normal(n, .1))
	step.WeightDecay = 0
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 1 + 0x1p-8, 1 + 3*0x1p-8, 0x1.fffffep127, 0x1p-149}
	for i := range n {
		if i%3 == 0 { // no gradient: p stays
			p[i], g[i], mo[i] = odd[i/3%len(odd)], 0, 0
		}
	}
	label := fmt.Sprintf("copy of %d", n)
	h := make([]kernels.BFloat16, n+2*guard)
	for i := range h {
		h[i] = 0x1234
	}
	step1 := func(copied kernels.Buffer) []operand {
		return s.run(t, label, s.b, s.dt, func(b kernels.Backend, m *memory) {
			b.AdamW(m.inout("p", p), m.in("g", g), m.inout("m", mo), m.inout("v", vo), copied, n, step)
		})
	}
	with := step1(kernels.Of(h[guard : guard+n]))
	sameBits(t, label, with, step1(kernels.Buffer{}))
	for i, got := range h {
		want := kernels.BFloat16(0x1234)
		if i >= guard && i < guard+n {
			want = kernels.RoundBF16(float32(with[0].buf.At(i - guard)))
		}
		if got != want && !(math.IsNaN(float64(got.Float32())) && math.IsNaN(float64(want.Float32()))) {
			t.Fatalf("%s: element %d is %#x, want %#x", label, i-guard, got, want)
		}
	}
}
