package llama

import (
	"iter"
	"math"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/autograd"
)

// groups is the number of query heads per key head.
func (m *Model) groups() int { return m.Config.NumAttentionHeads / m.Config.NumKeyValueHeads }

// queryHeads are the query heads that read key head g.
func (m *Model) queryHeads(g int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for h := g * m.groups(); h < (g+1)*m.groups(); h++ {
			if !yield(h) {
				return
			}
		}
	}
}

// head is the rows of one head in a projection [heads·headDim, d].
type head struct {
	w     *autograd.Param
	first int
}

func (h head) set(row, col int, v float64) {
	h.w.Data.Buf.Set((h.first+row)*h.w.Data.Cols()+col, v)
}

func (h head) setRow(row int, v []float64, scale float64) {
	for j, x := range v {
		h.set(row, j, scale*x)
	}
}

func (h head) setRows(rows [][]float64, scale float64) {
	for i, r := range rows {
		h.setRow(i, r, scale)
	}
}

func (h head) scale(rows int, s float64) {
	b, d := h.w.Data.Buf, h.w.Data.Cols()
	for i := h.first * d; i < (h.first+rows)*d; i++ {
		b.Set(i, s*b.At(i))
	}
}

// setColumns writes rows[i], scaled, into column first+i of w [d, …].
func setColumns(w *autograd.Param, first int, rows [][]float64, scale float64) {
	for i, r := range rows {
		for j, x := range r {
			w.Data.Buf.Set(j*w.Data.Cols()+first+i, scale*x)
		}
	}
}

// orthonormal returns n random rows of length d that are orthogonal to each
// other and to dimension 0, each of length 1 (Gram-Schmidt, twice for
// accuracy). n must be below d.
func orthonormal(rnd *rand.Rand, n, d int) [][]float64 {
	rows := make([][]float64, 0, n)
	for range n {
		r := make([]float64, d)
		for j := 1; j < d; j++ {
			r[j] = rnd.NormFloat64()
		}
		for range 2 {
			for _, q := range rows {
				axpy(r, q, -dot(r, q))
			}
		}
		length := math.Sqrt(dot(r, r))
		for j := range r {
			r[j] /= length
		}
		rows = append(rows, r)
	}
	return rows
}

func dot(a, b []float64) (s float64) {
	for i, x := range a {
		s += x * b[i]
	}
	return s
}

func axpy(y, x []float64, s float64) {
	for i, v := range x {
		y[i] += s * v
	}
}
