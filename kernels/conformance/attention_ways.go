package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// attentionWays computes the same sequences in one go side by side, each alone,
// from a paged cache, in pieces, and token by token. All give the same bits.
// Cache rows that are not yet written hold NaN. With Compute BF16 the cache
// holds BF16.
func attentionWays(s *suite, t *testing.T) {
	for _, a := range []kernels.AttentionShape{
		{Heads: 4, KVHeads: 2, HeadDim: 16}, {Heads: 3, KVHeads: 1, HeadDim: 20}, {Heads: 2, KVHeads: 2, HeadDim: 7}, {Heads: 2, KVHeads: 1, HeadDim: 64},
	} {
		s.ways(t, a)
	}
}

func (s *suite) ways(t *testing.T, a kernels.AttentionShape) {
	lens := []int{1, 63, 64, 65, 131, 33}
	var pairs [][2]int
	for _, n := range lens {
		pairs = append(pairs, [2]int{n, n})
	}
	w := &ways{suite: s, problem: s.problem(a, pairs, false), t: t}
	w.pages()
	w.want = w.run("whole", w.seqs, false)
	w.check("whole again", w.seqs, false)
	for i := range w.seqs {
		w.check(fmt.Sprintf("sequence of %d alone", lens[i]), w.seqs[i:i+1], false)
		w.check(fmt.Sprintf("sequence of %d alone, paged", lens[i]), w.paged(i, 0, lens[i]), true)
	}
	var all []kernels.Seq
	for i := range lens {
		all = append(w.paged(i, 0, lens[i]), all...) // in the other order
	}
	w.check("paged", all, true)
	for _, piece := range []int{1, 7, 50, 64} {
		// Each call holds the next piece of every sequence.
		for from := 0; from < 131; from += piece {
			var batch []kernels.Seq
			for i, n := range lens {
				if from < n {
					batch = append(batch, w.paged(i, from, min(from+piece, n))...)
				}
			}
			w.check(fmt.Sprintf("pieces of %d from %d", piece, from), batch, true)
		}
	}
}

type ways struct {
	*suite
	*problem
	t          *testing.T
	page       [][]int32 // of each sequence
	npages     int
	want       []operand
	keys, vals []float64 // the cache, rows beyond a sequence NaN
}

// pages gives every sequence pages in a mixed order, and fills the cache.
func (w *ways) pages() {
	for _, seq := range w.seqs {
		w.npages += (int(seq.Qn) + kernels.KVChunk - 1) / kernels.KVChunk
	}
	order := w.rand.Perm(w.npages)
	w.keys, w.vals = nans(w.npages*kernels.KVChunk*w.kvd), nans(w.npages*kernels.KVChunk*w.kvd)
	for _, seq := range w.seqs {
		var pages []int32
		for from := 0; from < int(seq.Qn); from += kernels.KVChunk {
			pages = append(pages, int32(order[0]))
			order = order[1:]
			n := min(kernels.KVChunk, int(seq.Qn)-from) * w.kvd
			at, src := int(pages[len(pages)-1])*kernels.KVChunk*w.kvd, (int(seq.K0)+from)*w.kvd
			copy(w.keys[at:at+n], w.k[src:])
			copy(w.vals[at:at+n], w.v[src:])
		}
		w.page = append(w.page, pages)
	}
}

func nans(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.NaN()
	}
	return x
}

// paged describes queries lo…hi−1 of sequence i with keys in the cache.
func (w *ways) paged(i, lo, hi int) []kernels.Seq {
	return []kernels.Seq{{Q0: w.seqs[i].Q0 + int32(lo), Qn: int32(hi - lo), Pos0: int32(lo), Pages: w.page[i]}}
}

// run computes seqs; keys beyond the last query of each are hidden by NaN.
func (w *ways) run(label string, seqs []kernels.Seq, cached bool) []operand {
	w.t.Helper()
	k, v := w.k, w.v
	if cached {
		k, v = append([]float64(nil), w.keys...), append([]float64(nil), w.vals...)
		for _, seq := range seqs {
			for j := int(seq.Pos0 + seq.Qn); j < len(seq.Pages)*kernels.KVChunk; j++ {
				row := int(seq.Pages[j/kernels.KVChunk])*kernels.KVChunk + j%kernels.KVChunk
				copy(k[row*w.kvd:(row+1)*w.kvd], nans(w.kvd))
				copy(v[row*w.kvd:(row+1)*w.kvd], nans(w.kvd))
			}
		}
	}
	return w.suite.run(w.t, label, w.b, w.dt, func(b kernels.Backend, m *memory) {
		in := m.in
		if cached && w.Compute == kernels.BF16 {
			in = m.in16
		}
		b.Attention(m.out("o", w.tq*w.qd), m.out("lse", w.tq*w.Heads), m.in("q", w.q), in("k", k), in("v", v), w.AttentionShape, seqs)
	})
}

// check compares the rows that seqs name with those of the whole batch, and
// requires the others to be untouched.
func (w *ways) check(label string, seqs []kernels.Seq, cached bool) {
	w.t.Helper()
	got := w.run(label, seqs, cached)
	for n, o := range got {
		cols := o.buf.Len() / w.tq
		g, want := bitsOf(o.buf), bitsOf(w.want[n].buf)
		named := make([]bool, w.tq)
		for _, seq := range seqs {
			for row := seq.Q0; row < seq.Q0+seq.Qn; row++ {
				named[row] = true
			}
		}
		for row := range w.tq {
			for c := range cols {
				i := row*cols + c
				if named[row] && g[i] != want[i] {
					w.t.Fatalf("%+v: %s: %s[%d,%d] = %v, but %v in one go", w.AttentionShape, label, o.name, row, c, o.buf.At(i), w.want[n].buf.At(i))
				}
				if !named[row] && !math.IsNaN(o.buf.At(i)) {
					w.t.Fatalf("%+v: %s: wrote to %s[%d,%d], a row that no sequence names", w.AttentionShape, label, o.name, row, c)
				}
			}
		}
	}
}
