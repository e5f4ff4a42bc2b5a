package cpu

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// Random shapes: every number of workers, and a sequence alone, give the bits
// of the whole batch; sequences without queries, pages in any order, prefixes
// shared between sequences, and NaN wherever no key is written.
func TestAttentionRandom(t *testing.T) {
	each(t, func(t *testing.T, b *Backend) {
		impl := b.level.String()
		others := []*Backend{open(t, impl, 1), open(t, impl, 3), open(t, impl, 8)}
		rounds := 6
		if testing.Short() {
			rounds = 2
		}
		for round := range rounds {
			r := stream(t, fmt.Sprint(round))
			a := kernels.AttentionShape{KVHeads: 1 + r.IntN(3), HeadDim: 1 + r.IntN(100), Scale: 0.2}
			a.Heads = a.KVHeads * (1 + r.IntN(5))
			ldq, ldk := a.Heads*a.HeadDim, a.KVHeads*a.HeadDim
			paged := round%2 == 1
			var seqs []kernels.Seq
			rows, pages := 0, 0
			for i := range 1 + r.IntN(5) {
				s := kernels.Seq{Q0: int32(rows), Qn: int32(r.IntN(150)), Pos0: int32(r.IntN(200))}
				if r.IntN(3) == 0 {
					s.Qn = int32(r.IntN(2))
				}
				n := (int(s.Pos0+s.Qn) + chunk - 1) / chunk
				if paged {
					s.Pages = make([]int32, n)
				} else {
					s.K0 = int32(pages * chunk)
				}
				for c := range s.Pages {
					s.Pages[c] = int32(pages + c)
				}
				// The first page is that of the sequence before, as after a fork.
				if paged && i > 0 && len(seqs[i-1].Pages) > 1 && n > 1 {
					s.Pages[0] = seqs[i-1].Pages[0]
				}
				pages += n
				rows += int(s.Qn)
				seqs = append(seqs, s)
			}
			q, do := normals(r, rows*ldq), normals(r, rows*ldq)
			k, v := normals(r, pages*chunk*ldk), normals(r, pages*chunk*ldk)
			written := make([]bool, pages*chunk)
			for _, s := range seqs {
				for j := range int(s.Pos0 + s.Qn) {
					if s.Qn > 0 {
						written[keyRow(&s, j/chunk)+j%chunk] = true
					}
				}
			}
			for i, ok := range written {
				if !ok {
					for j := range ldk {
						k[i*ldk+j], v[i*ldk+j] = float32(math.NaN()), float32(math.Inf(1))
					}
				}
			}
			pass := func(b *Backend, seqs []kernels.Seq, back bool) (o, lse, dq, dk, dv []float32) {
				o, lse = make([]float32, rows*ldq), make([]float32, rows*a.Heads)
				b.Attention(of(o), of(lse), of(q), of(k), of(v), a, seqs)
				dq, dk, dv = make([]float32, rows*ldq), make([]float32, len(k)), make([]float32, len(k))
				if back {
					b.AttentionBackward(of(dq), of(dk), of(dv), of(do), of(o), of(lse), of(q), of(k), of(v), a, seqs, true)
				}
				return
			}
			o, lse, dq, dk, dv := pass(b, seqs, !paged)
			for i, x := range o {
				if x != x {
					t.Fatalf("%+v %v: o[%d] is NaN", a, seqs, i)
				}
			}
			for _, x := range [][]float32{dq, dk, dv} {
				for i := range x {
					if x[i] != x[i] {
						t.Fatalf("%+v %v: gradient %d is NaN", a, seqs, i)
					}
				}
			}
			for _, other := range others {
				o1, lse1, dq1, dk1, dv1 := pass(other, seqs, !paged)
				same(t, "o", o1, o)
				same(t, "lse", lse1, lse)
				same(t, "dq", dq1, dq)
				same(t, "dk", dk1, dk)
				same(t, "dv", dv1, dv)
			}
			for _, s := range seqs {
				lo, hi := int(s.Q0), int(s.Q0+s.Qn)
				o1, lse1, dq1, dk1, dv1 := pass(b, []kernels.Seq{s}, !paged)
				same(t, "o alone", o1[lo*ldq:hi*ldq], o[lo*ldq:hi*ldq])
				same(t, "lse alone", lse1[lo*a.Heads:hi*a.Heads], lse[lo*a.Heads:hi*a.Heads])
				same(t, "dq alone", dq1[lo*ldq:hi*ldq], dq[lo*ldq:hi*ldq])
				if !paged {
					k0, k1 := int(s.K0)*ldk, int(s.K0+s.Pos0+s.Qn)*ldk
					same(t, "dk alone", dk1[k0:k1], dk[k0:k1])
					same(t, "dv alone", dv1[k0:k1], dv[k0:k1])
				}
			}
		}
	})
}

// A page that cannot be is the caller's mistake, told before any task begins.
func TestNegativePage(t *testing.T) {
	b := open(t, "generic", 2)
	x := of(make([]float32, chunk*8))
	defer func() {
		if got, want := recover(), "kernels/cpu: Attention: page 1 of sequence 0 is -1"; got != want {
			t.Errorf("panic %v, want %q", got, want)
		}
	}()
	b.Attention(x, kernels.Buffer{}, x, x, x, kernels.AttentionShape{Heads: 1, KVHeads: 1, HeadDim: 4, Scale: 1},
		[]kernels.Seq{{Qn: 1, Pos0: chunk, Pages: []int32{0, -1}}})
}
