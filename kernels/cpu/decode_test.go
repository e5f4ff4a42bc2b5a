package cpu

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

var decodeShapes = []kernels.AttentionShape{ // query heads of a group: 1 … 9
	{Heads: 8, KVHeads: 8, HeadDim: 16}, {Heads: 3, KVHeads: 3, HeadDim: 80}, {Heads: 6, KVHeads: 3, HeadDim: 48}, {Heads: 9, KVHeads: 3, HeadDim: 64},
	{Heads: 8, KVHeads: 2, HeadDim: 64}, {Heads: 5, KVHeads: 1, HeadDim: 128}, {Heads: 12, KVHeads: 2, HeadDim: 96}, {Heads: 14, KVHeads: 2, HeadDim: 64},
	{Heads: 16, KVHeads: 2, HeadDim: 32}, {Heads: 72, KVHeads: 8, HeadDim: 16}, {Heads: 8, KVHeads: 4, HeadDim: 17},
}

// A query alone has the bits of one in a prompt, however many tasks share its
// chunks: in pages or not, next to sequences of other lengths and to prompts.
func TestDecodeRanges(t *testing.T) {
	const most = 21*chunk - 7
	each(t, func(t *testing.T, b *Backend) {
		for _, a := range decodeShapes {
			a.Scale = 1 / math.Sqrt(float64(a.HeadDim))
			r := stream(t, fmt.Sprint(a))
			ldq, ldk := a.Heads*a.HeadDim, a.KVHeads*a.HeadDim
			k, v := normals(r, most*ldk), normals(r, most*ldk)

			// The same in pages, in a shuffled order, poison in what is not there.
			pages := make([]int32, (most+chunk-1)/chunk)
			kc, vc := make([]float32, len(pages)*chunk*ldk), make([]float32, len(pages)*chunk*ldk)
			for i := range kc {
				kc[i], vc[i] = float32(math.NaN()), float32(math.NaN())
			}
			for i, p := range r.Perm(len(pages)) {
				pages[i] = int32(p)
				copy(kc[p*chunk*ldk:(p+1)*chunk*ldk], k[i*chunk*ldk:])
				copy(vc[p*chunk*ldk:(p+1)*chunk*ldk], v[i*chunk*ldk:])
			}

			ends := []int{1, 63, 64, 65, 700, most - 2}
			n := 2 * len(ends)
			q := normals(r, n*ldq)
			want, lse := make([]float32, n*ldq), make([]float32, n*a.Heads)
			var prompts, single, paged []kernels.Seq
			for i, e := range ends { // queries 2i and 2i+1 of each prompt are at e and e+1
				s := kernels.Seq{Q0: int32(2 * i), Qn: 2, Pos0: int32(e)}
				prompts = append(prompts, s)
				if i == 3 {
					single, paged = append(single, s), append(paged, kernels.Seq{Q0: s.Q0, Qn: 2, Pos0: s.Pos0, Pages: pages})
					continue
				}
				for j := range int32(2) {
					s := kernels.Seq{Q0: s.Q0 + j, Qn: 1, Pos0: s.Pos0 + j}
					single = append(single, s)
					s.Pages = pages
					paged = append(paged, s)
				}
			}
			b.Attention(of(want), of(lse), of(q), of(k), of(v), a, prompts)
			o, l := make([]float32, n*ldq), make([]float32, n*a.Heads)
			check := func(what string) {
				t.Helper()
				same(t, fmt.Sprint(a, what, " o"), o, want)
				same(t, fmt.Sprint(a, what, " lse"), l, lse)
				clear(o)
				clear(l)
			}
			b.Attention(of(o), of(l), of(q), of(k), of(v), a, single)
			check(" in one piece")
			b.Attention(of(o), of(l), of(q), of(kc), of(vc), a, paged)
			check(" in pages")
			for i := range paged { // each alone
				b.Attention(of(o), of(l), of(q), of(kc), of(vc), a, paged[i:i+1])
			}
			check(" alone")
		}
	})
}

// Decoding allocates nothing once its memory is there.
func TestDecodeAllocates(t *testing.T) {
	b := open(t, "", 2)
	a := kernels.AttentionShape{Heads: 9, KVHeads: 3, HeadDim: 64, Scale: 0.125}
	const n = 1000
	r := stream(t)
	q, k, v := normals(r, 9*64), normals(r, n*3*64), normals(r, n*3*64)
	o, lse := of(make([]float32, 9*64)), of(make([]float32, 9))
	seqs := []kernels.Seq{{Qn: 1, Pos0: n - 1}}
	run := func() { b.Attention(o, lse, of(q), of(k), of(v), a, seqs) }
	for range 20 { // every worker has had a task
		run()
	}
	if got := testing.AllocsPerRun(50, run); got > 0 {
		t.Errorf("%v allocations a call", got)
	}
}
