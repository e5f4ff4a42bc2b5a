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
}
