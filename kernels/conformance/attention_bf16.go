package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// attentionShapes16 are shapes of which a backend may compute attention in
// bfloat16, with as many heads to a group as there are sorts of tiles.
var attentionShapes16 = []kernels.AttentionShape{
	{Heads: 3, KVHeads: 3, HeadDim: 32}, {Heads: 14, KVHeads: 2, HeadDim: 32}, {Heads: 2, KVHeads: 1, HeadDim: 64},
	{Heads: 5, KVHeads: 1, HeadDim: 96}, {Heads: 2, KVHeads: 2, HeadDim: 128}, {Heads: 17, KVHeads: 1, HeadDim: 32},
}

// each16 calls f for every shape that the backend computes in bfloat16.
func (s *suite) each16(t *testing.T, f func(n int, a kernels.AttentionShape)) {
	some := false
	for n, a := range attentionShapes16 {
		a.Scale, a.Compute = 1/math.Sqrt(float64(a.HeadDim)), kernels.BF16
		if s.b.AttentionCompute(a) == kernels.BF16 {
			some = true
			f(n, a)
		}
	}
	if !some {
		t.Skip("attention is not computed in bfloat16 here")
	}
}

// attention16: the definition rounds the same factors, so the scores err as in
// float32 (see attention). The exponential need only be as good as what is made of
// it: 2⁻¹⁶. But a weight that lies near the middle between two bfloat16 may go
// to the other one, which is 2⁻⁸ to 2⁻⁷ of it: of all weights of a query, up to three
// as large as the largest may.
func attention16(s *suite, t *testing.T) {
	s.each16(t, func(n int, a kernels.AttentionShape) {
		for l, lens := range raggedLengths() {
			if n%4 != l%4 && l > 4 {
				continue
			}
			p := s.problem(a, lens, l == 3 || l == 4 && n%2 == 0)
			relative := 2*s.sumError(a.HeadDim)*p.scores + s.sumError(p.longest) + 0x1p-16
			size, largest := make([]float64, p.tq*p.qd), make([]float64, p.tq*p.qd)
			p.each(func(row, key, qi, ki int) {
				w := p.weight(row, qi, ki)
				for i := range a.HeadDim {
					term := w * math.Abs(p.v[ki+i])
					size[qi+i] += term
					largest[qi+i] = max(largest[qi+i], term)
				}
			})
			for _, in := range []func(*memory, string, []float64) kernels.Buffer{(*memory).in, (*memory).in16} {
				s.compare(t, fmt.Sprintf("%+v %v", a, lens), func(b kernels.Backend, m *memory) {
					b.Attention(m.out("o", p.tq*p.qd), m.out("lse", p.tq*a.Heads), m.in("q", p.q), in(m, "k", p.k), in(m, "v", p.v), a, p.seqs)
				}, func(out string, i int, want float64) float64 {
					if out == "lse" {
						return relative * (1 + math.Abs(want))
					}
					return relative*size[i] + 3*0x1p-7*largest[i]
				})
			}
		}
	})
}

// attentionWays16 is attentionWays with a cache in bfloat16, for some shapes.
func attentionWays16(s *suite, t *testing.T) {
	s.each16(t, func(n int, a kernels.AttentionShape) {
		if n < 3 {
			s.ways(t, a)
		}
	})
}
