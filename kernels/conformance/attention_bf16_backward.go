package conformance

import (
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// attentionBackward16: as in attention16, with the errors of attentionBackward.
// Terms p·do, ds·k and ds·q whose rounded factor lies near the middle between two
// bfloat16 may go to the other one. The share of all terms that do is their
// relative error over the distance of two bfloat16, so together they err by
// about as much again; a few may be among the largest.
func attentionBackward16(s *suite, t *testing.T) {
	s.each16(t, func(n int, a kernels.AttentionShape) {
		for l, lens := range append(raggedLengths(), [][2]int{{20, 300}, {140, 270}}) {
			if n != l%len(attentionShapes16) && l > 3 {
				continue // every length with some shape
			}
			p := s.problem(a, lens, l == 3 || l == 4 && n%2 == 0)
			dq, dk, dv := s.normal(len(p.q), 1), s.normal(len(p.k), 1), s.normal(len(p.v), 1)
			sumQ, sumK, sumV := newTerms(dq), newTerms(dk), newTerms(dv)
			p.each(func(row, key, qi, ki int) {
				w, ds := p.weight(row, qi, ki), 0.0
				for i := range a.HeadDim {
					ds += math.Abs(p.do[qi+i]) * (math.Abs(p.v[ki+i]) + math.Abs(p.o[qi+i]))
				}
				ds *= w * a.Scale
				for i := range a.HeadDim {
					sumV.add(ki+i, w, p.do[qi+i])
					sumQ.add(qi+i, ds, p.k[ki+i])
					sumK.add(ki+i, ds, p.q[qi+i])
				}
			})
			sums := map[string]terms{"dq": sumQ, "dk": sumK, "dv": sumV}
			relative := 2*s.sumError(a.HeadDim)*(p.scores+1) + s.sumError(p.longest*a.Heads/a.KVHeads) + 0x1p-16
			p.compareBackward(s, t, lens, l == 2, dq, dk, dv, func(out string, i int, _ float64) float64 {
				return 3*relative*sums[out].size[i] + 3*0x1p-7*sums[out].largest[i]
			})
		}
	})
}

// terms are the sums of the sizes of what is added to each number, and the
// largest of them.
type terms struct{ size, largest []float64 }

func newTerms(old []float64) terms { return terms{abs(old), make([]float64, len(old))} }

func (t terms) add(i int, a, b float64) {
	x := math.Abs(a * b)
	t.size[i] += x
	t.largest[i] = max(t.largest[i], x)
}
