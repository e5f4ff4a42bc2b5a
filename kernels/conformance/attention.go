package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

var attentionShapes = []kernels.AttentionShape{
	{Heads: 1, KVHeads: 1, HeadDim: 1}, {Heads: 2, KVHeads: 2, HeadDim: 16}, {Heads: 4, KVHeads: 2, HeadDim: 8},
	{Heads: 3, KVHeads: 1, HeadDim: 20}, {Heads: 4, KVHeads: 4, HeadDim: 7}, {Heads: 2, KVHeads: 1, HeadDim: 12},
	{Heads: 4, KVHeads: 2, HeadDim: 24}, {Heads: 14, KVHeads: 2, HeadDim: 32}, {Heads: 2, KVHeads: 1, HeadDim: 64},
	{Heads: 1, KVHeads: 1, HeadDim: 80}, {Heads: 2, KVHeads: 2, HeadDim: 128},
}

// a problem is a ragged batch with its operands and the sizes of its scores.
type problem struct {
	kernels.AttentionShape
	seqs       []kernels.Seq
	tq, tk     int
	q, k, v    []float64
	do, o, lse []float64
	qd, kvd    int
	scores     float64 // the largest Scale·Σ|q·k|
	longest    int
}

// problem lays out sequences of q queries that are the last of k keys. Scores
// are ordinary, or with peaked so large that their exponentials overflow.
func (s *suite) problem(a kernels.AttentionShape, lens [][2]int, peaked bool) *problem {
	size := 1.5
	if peaked {
		size = 1000
	}
	a.Scale = 1 / math.Sqrt(float64(a.HeadDim))
	p := &problem{AttentionShape: a, qd: a.Heads * a.HeadDim, kvd: a.KVHeads * a.HeadDim}
	for _, l := range lens {
		q, k := int32(l[0]), int32(l[1])
		p.seqs = append(p.seqs, kernels.Seq{Q0: int32(p.tq), Qn: q, Pos0: k - q, K0: int32(p.tk)})
		p.tq, p.tk, p.longest = p.tq+l[0], p.tk+l[1], max(p.longest, l[1])
	}
	p.q, p.k, p.v = s.normal(p.tq*p.qd, size), s.normal(p.tk*p.kvd, 1), s.normal(p.tk*p.kvd, 1)
	p.do = s.normal(p.tq*p.qd, 1)
	m := &memory{dt: kernels.F64}
	o, lse := m.out("o", p.tq*p.qd), m.out("lse", p.tq*a.Heads)
	reference.Attention(o, lse, m.in("q", p.q), m.in("k", p.k), m.in("v", p.v), a, p.seqs)
	for i := range o.Len() {
		p.o = append(p.o, float64(float32(o.At(i))))
	}
	for i := range lse.Len() {
		p.lse = append(p.lse, float64(float32(lse.At(i))))
	}
	p.each(func(row, key, qi, ki int) {
		sum := 0.0
		for i := range a.HeadDim {
			sum += math.Abs(p.factor(p.q[qi+i]) * p.factor(p.k[ki+i]))
		}
		p.scores = max(p.scores, a.Scale*sum)
	})
	return p
}

// each visits every pair of a query head and a key that it sees.
func (p *problem) each(f func(row, key, qi, ki int)) {
	for _, seq := range p.seqs {
		for n := range int(seq.Qn) {
			row := int(seq.Q0) + n
			for h := range p.Heads {
				for j := range int(seq.Pos0) + n + 1 {
					key := int(seq.K0) + j
					f(row*p.Heads+h, key, row*p.qd+h*p.HeadDim, key*p.kvd+h*p.KVHeads/p.Heads*p.HeadDim)
				}
			}
		}
	}
}

func raggedLengths() [][][2]int {
	out := [][][2]int{{}, {{0, 0}}, {{1, 1}, {2, 2}, {17, 17}, {64, 64}, {65, 65}}, {{1, 1}, {1, 5}, {1, 64}, {1, 129}}, {{3, 10}, {16, 64}, {0, 0}, {8, 8}, {21, 135}}}
	for n := 1; n <= 40; n++ {
		out = append(out, [][2]int{{n, n}})
	}
	return append(out, [][2]int{{128, 128}}, [][2]int{{131, 131}})
}

// A score errs by sumError(D) of Scale·Σ|q·k|, and p by that relative to itself;
// o is a mean of v under p.
func attention(s *suite, t *testing.T) {
	for n, a := range attentionShapes {
		for l, lens := range raggedLengths() {
			if n%4 != l%4 && l > 4 {
				continue // every length with some shape
			}
			p := s.problem(a, lens, l == 3 || l == 4 && n%2 == 0)
			a := p.AttentionShape
			relative := 2*s.sumError(a.HeadDim)*p.scores + s.sumError(p.longest) + 16*s.eps()
			size := make([]float64, p.tq*p.qd)
			p.each(func(row, key, qi, ki int) {
				w := p.weight(row, qi, ki)
				for i := range a.HeadDim {
					size[qi+i] += w * math.Abs(p.v[ki+i])
				}
			})
			s.compare(t, fmt.Sprintf("%+v %v", a, lens), func(b kernels.Backend, m *memory) {
				b.Attention(m.out("o", p.tq*p.qd), m.out("lse", p.tq*a.Heads), m.in("q", p.q), m.in("k", p.k), m.in("v", p.v), a, p.seqs)
			}, func(out string, i int, want float64) float64 {
				if out == "lse" {
					return relative * (1 + math.Abs(want))
				}
				return relative * size[i]
			})
		}
	}
}

// factor returns x as products take it.
func (p *problem) factor(x float64) float64 {
	if p.Compute == kernels.BF16 {
		return float64(kernels.RoundBF16(float32(x)).Float32())
	}
	return x
}

// weight returns p[j] of a query head and a key.
func (p *problem) weight(row, qi, ki int) float64 {
	dot := 0.0
	for i := range p.HeadDim {
		dot += p.factor(p.q[qi+i]) * p.factor(p.k[ki+i])
	}
	return math.Exp(p.Scale*dot - p.lse[row])
}

// ds = p·(do·v − do·o) errs by the errors of p and of the two products, relative
// to the sum of their sizes.
func attentionBackward(s *suite, t *testing.T) {
	for n, a := range attentionShapes {
		for l, lens := range raggedLengths() {
			if n%4 != l%4 && l > 4 {
				continue
			}
			p := s.problem(a, lens, l == 3 || l == 4 && n%2 == 0)
			a := p.AttentionShape
			dq, dk, dv := s.normal(len(p.q), 1), s.normal(len(p.k), 1), s.normal(len(p.v), 1)
			sizeQ, sizeK, sizeV := abs(dq), abs(dk), abs(dv)
			p.each(func(row, key, qi, ki int) {
				w, ds := p.weight(row, qi, ki), 0.0
				for i := range a.HeadDim {
					ds += math.Abs(p.do[qi+i]) * (math.Abs(p.v[ki+i]) + math.Abs(p.o[qi+i]))
				}
				ds *= w * a.Scale
				for i := range a.HeadDim {
					sizeV[ki+i] += w * math.Abs(p.do[qi+i])
					sizeQ[qi+i] += ds * math.Abs(p.k[ki+i])
					sizeK[ki+i] += ds * math.Abs(p.q[qi+i])
				}
			})
			sizes := map[string][]float64{"dq": sizeQ, "dk": sizeK, "dv": sizeV}
			relative := 2*s.sumError(a.HeadDim)*(p.scores+1) + s.sumError(p.longest*a.Heads/a.KVHeads) + 32*s.eps()
			p.compareBackward(s, t, lens, l <= 4, dq, dk, dv, func(out string, i int, _ float64) float64 { return relative * sizes[out][i] })
		}
	}
}

// compareBackward compares the gradients that are added to dq, dk and dv: all of
// them or, in every way, those that are overwritten and those that are absent too.
// bound is the largest error of number i of an output.
func (p *problem) compareBackward(s *suite, t *testing.T, lens [][2]int, everyWay bool, dq, dk, dv []float64, bound func(out string, i int, want float64) float64) {
	for _, which := range []struct {
		name       string
		dq, dk, dv []float64
		acc        bool
	}{{"all", dq, dk, dv, true}, {"overwritten", dq, dk, dv, false}, {"dq", dq, nil, nil, true}, {"dk, dv", nil, dk, dv, true}, {"dk overwritten", nil, dk, nil, false}} {
		if !everyWay && which.name != "all" {
			break
		}
		a := p.AttentionShape
		s.compare(t, fmt.Sprintf("%+v %v %s", a, lens, which.name), func(b kernels.Backend, m *memory) {
			out := func(name string, old []float64) kernels.Buffer {
				if old != nil && !which.acc {
					return m.out(name, len(old))
				}
				return m.inout(name, old)
			}
			b.AttentionBackward(out("dq", which.dq), out("dk", which.dk), out("dv", which.dv), m.in("do", p.do),
				m.in("o", p.o), m.in("lse", p.lse), m.in("q", p.q), m.in("k", p.k), m.in("v", p.v), a, p.seqs, which.acc)
		}, bound)
	}
}
