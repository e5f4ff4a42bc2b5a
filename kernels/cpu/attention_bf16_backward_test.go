package cpu

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// The backward pass in bfloat16 of sequences long enough for several spans and
// blocks, which begin at any position: every number of workers, and a sequence
// alone, give the same bits. Rows that no sequence names hold NaN, and stay.
func TestAttentionBackward16(t *testing.T) {
	impls := Impls()
	impl := impls[len(impls)-1]
	b := open(t, impl, 1)
	some := false
	for _, a := range []kernels.AttentionShape{
		{Heads: 3, KVHeads: 3, HeadDim: 32}, {Heads: 4, KVHeads: 2, HeadDim: 64}, {Heads: 3, KVHeads: 1, HeadDim: 96}, {Heads: 1, KVHeads: 1, HeadDim: 128},
	} {
		a.Scale, a.Compute = 0.2, kernels.BF16
		if b.AttentionCompute(a) != kernels.BF16 {
			continue
		}
		some = true
		r := stream(t, fmt.Sprint(a))
		ldq, ldk := a.Heads*a.HeadDim, a.KVHeads*a.HeadDim
		var seqs []kernels.Seq
		rows, keys := 0, 0
		for _, s := range [][2]int{{600, 20}, {33, 0}, {1, 0}, {0, 7}, {70, 77}, {290, 1}} { // queries, positions before them
			rows, keys = rows+r.IntN(4), keys+r.IntN(4)
			seqs = append(seqs, kernels.Seq{Q0: int32(rows), Qn: int32(s[0]), Pos0: int32(s[1]), K0: int32(keys)})
			rows, keys = rows+s[0], keys+s[0]+s[1]
		}
		nan := float32(math.NaN())
		named, seen := make([]bool, rows), make([]bool, keys)
		for _, s := range seqs {
			for i := range s.Qn {
				named[s.Q0+i] = true
			}
			for j := range s.Pos0 + s.Qn {
				seen[s.K0+j] = s.Qn > 0
			}
		}
		matrix := func(rows []bool, ld int) []float32 {
			x := normals(r, len(rows)*ld)
			for i, ok := range rows {
				if !ok {
					for j := range ld {
						x[i*ld+j] = nan
					}
				}
			}
			return x
		}
		q, do, k, v := matrix(named, ldq), matrix(named, ldq), matrix(seen, ldk), matrix(seen, ldk)
		o, lse := matrix(named, ldq), matrix(named, a.Heads)
		dq0, dk0, dv0 := matrix(named, ldq), matrix(seen, ldk), matrix(seen, ldk)
		b.Attention(of(o), of(lse), of(q), of(k), of(v), a, seqs)
		from := func(dq, dk, dv []float32, b *Backend, seqs []kernels.Seq, acc bool) [3][]float32 {
			d := [3][]float32{clone(dq), clone(dk), clone(dv)}
			b.AttentionBackward(of(d[0]), of(d[1]), of(d[2]), of(do), of(o), of(lse), of(q), of(k), of(v), a, seqs, acc)
			return d
		}
		pass := func(b *Backend, seqs []kernels.Seq) [3][]float32 { return from(dq0, dk0, dv0, b, seqs, true) }
		want := pass(b, seqs)
		for i, n := range []int{ldq, ldk, ldk} {
			for j, x := range want[i] {
				if ok := [][]bool{named, seen, seen}[i][j/n]; ok != (x == x) {
					t.Fatalf("%+v: gradient %d of row %d is %v", a, i, j/n, x)
				}
			}
		}
		for _, workers := range []int{2, 3, 8} {
			other := open(t, impl, workers)
			got := pass(other, seqs)
			for i := range want {
				same(t, fmt.Sprintf("%+v, %d workers, gradient %d", a, workers, i), got[i], want[i])
			}
		}
		zeros := [2][]float32{make([]float32, len(dq0)), make([]float32, len(dk0))}
		begun, over := from(zeros[0], zeros[1], zeros[1], b, seqs, true), from(dq0, dk0, dv0, b, seqs, false)
		for i, x := range []struct {
			rows []bool
			ld   int
		}{{named, ldq}, {seen, ldk}, {seen, ldk}} {
			for row, ok := range x.rows {
				if at := int32(row); ok {
					same(t, "overwritten", rowsOf(over[i], x.ld, at, 1), rowsOf(begun[i], x.ld, at, 1))
				} else if v := over[i][row*x.ld]; v == v {
					t.Fatalf("%+v: wrote to row %d of gradient %d", a, row, i)
				}
			}
		}
		for _, s := range seqs {
			got := pass(open(t, impl, 8), []kernels.Seq{s})
			same(t, "dq alone", rowsOf(got[0], ldq, s.Q0, s.Qn), rowsOf(want[0], ldq, s.Q0, s.Qn))
			if s.Qn > 0 {
				same(t, "dk alone", rowsOf(got[1], ldk, s.K0, s.Pos0+s.Qn), rowsOf(want[1], ldk, s.K0, s.Pos0+s.Qn))
				same(t, "dv alone", rowsOf(got[2], ldk, s.K0, s.Pos0+s.Qn), rowsOf(want[2], ldk, s.K0, s.Pos0+s.Qn))
			}
		}
	}
	if !some {
		t.Skip("attention is not computed in bfloat16 here")
	}
}

func rowsOf(x []float32, ld int, from, n int32) []float32 { return x[int(from)*ld:][:int(n)*ld] }
