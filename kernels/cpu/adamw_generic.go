package cpu

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

func adamwGeneric(p, g, m, v []float32, s *adamScalars) {
	g, m, v = g[:len(p)], m[:len(p)], v[:len(p)]
	for i := range p {
		gi := g[i] * s.gradScale
		mi := float32(s.beta1*m[i]) + float32(s.oneBeta1*gi)
		vi := float32(s.beta2*v[i]) + float32(float32(s.oneBeta2*gi)*gi)
		m[i], v[i] = mi, vi
		root := float32(math.Sqrt(float64(float32(vi * s.inv2))))
		p[i] = float32(p[i]*s.decay) - float32(s.rate*mi)/(root+s.eps)
	}
}

// adamwCopyGeneric is adamwGeneric and h = p, rounded.
func adamwCopyGeneric(p, g, m, v []float32, h []kernels.BFloat16, s *adamScalars) {
	adamwGeneric(p, g, m, v, s)
	roundGeneric(h, p)
}

// roundGeneric rounds x to bfloat16.
func roundGeneric(h []kernels.BFloat16, x []float32) {
	for i, f := range x {
		h[i] = kernels.RoundBF16(f)
	}
}

// sumSquaresGeneric returns Σ x[i]² in eight float64 lanes, element i in lane
// i mod 8, folded by halves.
func sumSquaresGeneric(x []float32) float64 {
	var s [8]float64
	for i, v := range x {
		s[i%8] += float64(v) * float64(v)
	}
	for n := 4; n > 0; n /= 2 {
		for i := range n {
			s[i] += s[i+n]
		}
	}
	return s[0]
}
