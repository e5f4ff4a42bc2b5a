package ref

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// Embedding copies y[t] = table[ids[t]], rows of d numbers.
func (Of[F]) Embedding(yb, tb kernels.Buffer, ids []int32, d int) {
	gather[F]("Embedding", yb, tb, ids, d)
}

// EmbeddingBackward adds dtable[ids[t]] += dy[t], for t ascending.
func (Of[F]) EmbeddingBackward(dtb, dyb kernels.Buffer, ids []int32, d int) {
	scatterAdd[F]("EmbeddingBackward", dtb, dyb, ids, d)
}

// GatherRows copies y[i] = x[rows[i]], rows of d numbers.
func (Of[F]) GatherRows(yb, xb kernels.Buffer, rows []int32, d int) {
	gather[F]("GatherRows", yb, xb, rows, d)
}

// ScatterAddRows adds x[rows[i]] += y[i], for i ascending.
func (Of[F]) ScatterAddRows(xb, yb kernels.Buffer, rows []int32, d int) {
	scatterAdd[F]("ScatterAddRows", xb, yb, rows, d)
}

func gather[F float32 | float64](op string, yb, xb kernels.Buffer, rows []int32, d int) {
	y, x := slice[F](op, "y", yb, len(rows)*d), slice[F](op, "table", xb, xb.Len())
	for i, r := range rows {
		checkRow(op, r, len(x), d)
		copy(y[i*d:(i+1)*d], x[int(r)*d:])
	}
}

func scatterAdd[F float32 | float64](op string, xb, yb kernels.Buffer, rows []int32, d int) {
	x, y := slice[F](op, "table", xb, xb.Len()), slice[F](op, "y", yb, len(rows)*d)
	for i, r := range rows {
		checkRow(op, r, len(x), d)
		for j := range d {
			x[int(r)*d+j] += y[i*d+j]
		}
	}
}

func checkRow(op string, r int32, n, d int) {
	if r < 0 || (int(r)+1)*d > n {
		panic(fmt.Sprintf("ref: %s: row %d of %d elements in rows of %d", op, r, n, d))
	}
}
