package ref

import (
	"fmt"
	"math"
	"slices"

	"github.com/stepgrain/stepgrain/kernels"
)

// AttentionCompute returns F32: the definition computes Attention in BF16 too,
// but gains nothing by it.
func (Of[F]) AttentionCompute(kernels.AttentionShape) kernels.DType { return kernels.F32 }

// Attention computes causal attention over ragged sequences. For the query at
// position p of a sequence, and every head h with its key head h·KVHeads/Heads,
//
//	s[j]  = Scale·q·k[j]                          for j = 0 … p
//	lse   = log Σ_j exp(s[j])                     (the largest s is taken out first)
//	o     = Σ_j exp(s[j] − lse)·v[j]
//
// q, o are [Tq, Heads·HeadDim]; k, v are [rows, KVHeads·HeadDim]; lse is
// [Tq, Heads] and is what the backward pass needs. Rows that no sequence names
// are not touched. Vaswani et al. 2017, equation 1.
//
// This is the plain definition: all scores of a query at once. The fast
// backends go through the keys in chunks of [kernels.KVChunk] with a running
// maximum (Dao et al. 2022), which is the same in exact arithmetic. With
// Compute BF16 chunks do appear: a weight is rounded as e^(s − m), with the
// largest score m of its chunk.
func (Of[F]) Attention(ob, lb, qb, kb, vb kernels.Buffer, a kernels.AttentionShape, seqs []kernels.Seq) {
	at := newAttention[F]("Attention", qb, kb, vb, a, seqs)
	o, lse := slice[F]("Attention", "o", ob, at.rows*at.qd), slice[F]("Attention", "lse", lb, at.rows*a.Heads)
	at.each(seqs, func(seq kernels.Seq, row, h int, p []float64, l float64) {
		lse[row*a.Heads+h] = F(l)
		at.weights(p, l)
		for i := range a.HeadDim {
			s := 0.0
			for j := range p {
				s += p[j] * float64(at.v[at.key(seq, j, h)+i])
			}
			o[row*at.qd+h*a.HeadDim+i] = F(s)
		}
	})
}

// AttentionBackward adds to dq, dk and dv, each of which may be absent; without
// acc, what they held in the rows that sequences name counts as 0. With
// p[j] = exp(s[j] − lse) of the query at hand,
//
//	δ       = Σ_i do[i]·o[i]
//	dv[j]  += p[j]·do
//	ds[j]   = p[j]·( do·v[j] − δ )
//	dq     += Scale·Σ_j ds[j]·k[j]
//	dk[j]  += Scale·ds[j]·q
//
// A key head adds up the gradients of all its query heads. lse is read for what
// a backend needs it for: p is computed again rather than kept (Dao 2023,
// algorithm 2). With Compute BF16, q, k, v and do are rounded (in δ too, so that
// it stays the mean of do·v under p), and p in dv and Scale·ds are.
func (Of[F]) AttentionBackward(dqb, dkb, dvb, dob, ob, lb, qb, kb, vb kernels.Buffer, a kernels.AttentionShape, seqs []kernels.Seq, acc bool) {
	const op = "AttentionBackward"
	at := newAttention[F](op, qb, kb, vb, a, seqs)
	n := at.rows * at.qd
	dq, dk, dv := optional[F](op, "dq", dqb, n), optional[F](op, "dk", dkb, len(at.k)), optional[F](op, "dv", dvb, len(at.v))
	do, o := slice[F](op, "do", dob, n), slice[F](op, "o", ob, n)
	slice[F](op, "lse", lb, at.rows*a.Heads)
	if !acc {
		at.clear(seqs, dq, dk, dv)
	}
	// Sums over queries are kept in float64 and rounded once, at the end.
	sumK, sumV := make([]float64, len(dk)), make([]float64, len(dv))
	do = factors(do, a.Compute)
	at.each(seqs, func(seq kernels.Seq, row, h int, s []float64, lse float64) {
		base := row*at.qd + h*a.HeadDim
		delta := 0.0
		for i := range a.HeadDim {
			delta += float64(do[base+i]) * float64(o[base+i])
		}
		sumQ := make([]float64, a.HeadDim)
		for j := range s {
			key, dp, p := at.key(seq, j, h), 0.0, math.Exp(s[j]-lse)
			for i := range a.HeadDim {
				dp += float64(do[base+i]) * float64(at.v[key+i])
			}
			ds := factor(a.Scale*p*(dp-delta), a.Compute)
			p = factor(p, a.Compute)
			for i := range a.HeadDim {
				sumQ[i] += ds * float64(at.k[key+i])
				if dk != nil {
					sumK[key+i] += ds * float64(at.q[base+i])
				}
				if dv != nil {
					sumV[key+i] += p * float64(do[base+i])
				}
			}
		}
		for i := range sumQ {
			if dq != nil {
				dq[base+i] = F(float64(dq[base+i]) + sumQ[i])
			}
		}
	})
	addTo(dk, sumK)
	addTo(dv, sumV)
}

// attention holds the checked operands of one call.
type attention[F float32 | float64] struct {
	kernels.AttentionShape
	q, k, v []F
	rows    int // of q that sequences name, at least
	qd, kvd int // columns of q, and of k and v
}

func newAttention[F float32 | float64](op string, q, k, v kernels.Buffer, a kernels.AttentionShape, seqs []kernels.Seq) *attention[F] {
	if a.KVHeads <= 0 || a.Heads%a.KVHeads != 0 {
		panic(fmt.Sprintf("ref: %s: %d heads share %d key heads", op, a.Heads, a.KVHeads))
	}
	at := &attention[F]{AttentionShape: a, qd: a.Heads * a.HeadDim, kvd: a.KVHeads * a.HeadDim}
	keys := 0
	for _, s := range seqs {
		at.rows = max(at.rows, int(s.Q0+s.Qn))
		for j := range int(s.Pos0 + s.Qn) {
			keys = max(keys, keyRow(s, j)+1)
		}
	}
	at.q = factors(slice[F](op, "q", q, at.rows*at.qd), a.Compute)
	at.k = factors(widened[F](op, "k", k, max(k.Len(), keys*at.kvd)), a.Compute)
	at.v = factors(widened[F](op, "v", v, max(v.Len(), keys*at.kvd)), a.Compute)
	return at
}

// clear sets the gradients of what sequences name to 0.
func (at *attention[F]) clear(seqs []kernels.Seq, dq, dk, dv []F) {
	row := func(d []F, i, n int) {
		if d != nil {
			clear(d[i*n : (i+1)*n])
		}
	}
	for _, seq := range seqs {
		for n := range int(seq.Qn) {
			row(dq, int(seq.Q0)+n, at.qd)
		}
		for j := range int(seq.Pos0 + seq.Qn) {
			if seq.Qn > 0 {
				row(dk, keyRow(seq, j), at.kvd)
				row(dv, keyRow(seq, j), at.kvd)
			}
		}
	}
}

// weights turns the scores of a query into the factors of its values,
// exp(s[j] − lse), as far as Compute rounds them.
func (at *attention[F]) weights(s []float64, lse float64) {
	for from := 0; from < len(s); from += kernels.KVChunk {
		c := s[from:min(len(s), from+kernels.KVChunk)]
		m := slices.Max(c)
		for j := range c {
			if at.Compute == kernels.BF16 {
				c[j] = factor(math.Exp(c[j]-m), at.Compute) * math.Exp(m-lse)
			} else {
				c[j] = math.Exp(c[j] - lse)
			}
		}
	}
}

// each calls f with the scores s[0…position] of every query and head, which f
// may change.
func (at *attention[F]) each(seqs []kernels.Seq, f func(seq kernels.Seq, row, h int, s []float64, lse float64)) {
	for _, seq := range seqs {
		for n := range int(seq.Qn) {
			row := int(seq.Q0) + n
			s := make([]float64, int(seq.Pos0)+n+1)
			for h := range at.Heads {
				largest := math.Inf(-1)
				for j := range s {
					key, dot := at.key(seq, j, h), 0.0
					for i := range at.HeadDim {
						dot += float64(at.q[row*at.qd+h*at.HeadDim+i]) * float64(at.k[key+i])
					}
					s[j] = at.Scale * dot
					largest = max(largest, s[j])
				}
				sum := 0.0
				for j := range s {
					sum += math.Exp(s[j] - largest)
				}
				f(seq, row, h, s, largest+math.Log(sum))
			}
		}
	}
}

// key returns where key position j of query head h begins in k and v.
func (at *attention[F]) key(seq kernels.Seq, j, h int) int {
	return keyRow(seq, j)*at.kvd + h*at.KVHeads/at.Heads*at.HeadDim
}

func keyRow(seq kernels.Seq, j int) int {
	if seq.Pages == nil {
		return int(seq.K0) + j
	}
	return int(seq.Pages[j/kernels.KVChunk])*kernels.KVChunk + j%kernels.KVChunk
}

func addTo[F float32 | float64](x []F, y []float64) {
	for i := range x {
		x[i] = F(float64(x[i]) + y[i])
	}
}
