package cpu

import "github.com/stepgrain/stepgrain/kernels"

// Embedding copies y[t] = table[ids[t]], rows of d numbers.
func (b *Backend) Embedding(y, table kernels.Buffer, ids []int32, d int) {
	b.gather("Embedding", y, table, ids, d)
}

// EmbeddingBackward adds dtable[ids[t]] += dy[t] in ascending t.
func (b *Backend) EmbeddingBackward(dtable, dy kernels.Buffer, ids []int32, d int) {
	b.scatter("EmbeddingBackward", dtable, dy, ids, d)
}

// GatherRows copies y[i] = x[rows[i]].
func (b *Backend) GatherRows(y, x kernels.Buffer, rows []int32, d int) {
	b.gather("GatherRows", y, x, rows, d)
}

// ScatterAddRows adds x[rows[i]] += y[i] in ascending i.
func (b *Backend) ScatterAddRows(x, y kernels.Buffer, rows []int32, d int) {
	b.scatter("ScatterAddRows", x, y, rows, d)
}

func (b *Backend) gather(op string, y, table kernels.Buffer, rows []int32, d int) {
	if len(rows) == 0 || d == 0 {
		return
	}
	checkRows(op, rows, table.Len()/d)
	out, in := need(op, "y", y, len(rows)*d), need(op, "table", table, table.Len())
	type args struct {
		out, in []float32
		rows    []int32
		d       int
	}
	shareRows(b, len(rows), d/8, args{out, in, rows, d}, func(_ *Backend, a *args, _, lo, hi int) {
		for i := lo; i < hi; i++ {
			copy(a.out[i*a.d:(i+1)*a.d], a.in[int(a.rows[i])*a.d:])
		}
	})
}

// scatter is parallel over columns: two rows may add to the same place, and
// the order of the sum is the order of rows.
func (b *Backend) scatter(op string, table, y kernels.Buffer, rows []int32, d int) {
	if len(rows) == 0 || d == 0 {
		return
	}
	checkRows(op, rows, table.Len()/d)
	in, out := need(op, "y", y, len(rows)*d), need(op, "table", table, table.Len())
	const block = 32
	type args struct {
		out, in []float32
		rows    []int32
		d       int
	}
	shareRows(b, (d+block-1)/block, len(rows)*8, args{out, in, rows, d}, func(b *Backend, a *args, _, lo, hi int) {
		d, j0, j1 := a.d, lo*block, min(a.d, hi*block)
		for i, r := range a.rows {
			addTo(b.isa, a.out[int(r)*d+j0:int(r)*d+j1], a.in[i*d+j0:i*d+j1])
		}
	})
}
