package ref

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// AdamW takes one step over n numbers, reading and writing p, m and v:
//
//	g ← GradScale·g
//	m ← β1·m + (1−β1)·g
//	v ← β2·v + (1−β2)·g²
//	p ← p − LR·WeightDecay·p − LR·(m/Correction1)/(√(v/Correction2) + Eps)
//
// copied, if present, receives the new p as bfloat16.
// Loshchilov & Hutter 2019, algorithm 2; Correction_i = 1 − β_i^step.
func (Of[F]) AdamW(pb, gb, mb, vb, copied kernels.Buffer, n int, s kernels.AdamWStep) {
	p, grad := slice[F]("AdamW", "p", pb, n), slice[F]("AdamW", "g", gb, n)
	m, v := slice[F]("AdamW", "m", mb, n), slice[F]("AdamW", "v", vb, n)
	for i := range n {
		g := s.GradScale * float64(grad[i])
		mi := s.Beta1*float64(m[i]) + (1-s.Beta1)*g
		vi := s.Beta2*float64(v[i]) + (1-s.Beta2)*g*g
		m[i], v[i] = F(mi), F(vi)
		x := float64(p[i])
		p[i] = F(x - s.LR*s.WeightDecay*x - s.LR*(mi/s.Correction1)/(math.Sqrt(vi/s.Correction2)+s.Eps))
		if !copied.IsZero() {
			copied.BF16()[i] = kernels.RoundBF16(float32(p[i]))
		}
	}
}
