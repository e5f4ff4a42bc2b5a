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

// scatter shares the rows of the table among the workers: the row r belongs to
// task r mod n. Two rows of y may add to the same place, and the order of that
// sum is the order of rows, whoever adds.
func (b *Backend) scatter(op string, table, y kernels.Buffer, rows []int32, d int) {
	if len(rows) == 0 || d == 0 {
		return
	}
	checkRows(op, rows, table.Len()/d)
	in, out := need(op, "y", y, len(rows)*d), need(op, "table", table, table.Len())
	type args struct {
		out, in []float32
		rows    []int32
		d, n    int
	}
	n := 1
	for n < b.pool.workers && len(rows)*d/16 > 3*n*taskWork {
		n *= 2
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	shareTasks(b, n, args{out, in, rows, d, n}, func(b *Backend, a *args, _, task int) {
		d, mask := a.d, a.n-1 // n is a power of 2
		for i, r := range a.rows {
			if r := int(r); r&mask == task {
				addTo(b.isa, a.out[r*d:(r+1)*d], a.in[i*d:(i+1)*d])
			}
		}
	})
}
