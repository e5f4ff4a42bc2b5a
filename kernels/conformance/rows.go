package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// rowwise is a kernel whose output rows depend on their own input rows alone.
type rowwise struct {
	T    int
	in   []matrix // operands with one row per token
	run  func(b kernels.Backend, m *memory, in [][]float64, rows []int)
	name string
	nan  bool // a NaN in an input row makes its outputs NaN
}

type matrix struct {
	name string
	cols int
	data []float64
}

// invariant checks that a row has the same bits alone, in company, in any
// order and split into two calls, and that NaN in one row stays there. run
// must give every output one row per token.
func (s *suite) invariant(t *testing.T, r rowwise) {
	t.Helper()
	pick := func(rows []int, poisoned int) []operand {
		var in [][]float64
		for _, m := range r.in {
			x := make([]float64, 0, len(rows)*m.cols)
			for _, row := range rows {
				x = append(x, m.data[row*m.cols:(row+1)*m.cols]...)
			}
			if poisoned >= 0 {
				x[poisoned*m.cols+m.cols/2] = math.NaN()
			}
			in = append(in, x)
		}
		return s.run(t, r.name, s.b, s.dt, func(b kernels.Backend, m *memory) { r.run(b, m, in, rows) })
	}
	everything := sequence(0, r.T)
	whole := pick(everything, -1)
	check := func(what string, rows []int, got []operand, skip int) {
		t.Helper()
		for n, o := range got {
			cols := whole[n].buf.Len() / r.T
			g, w := bitsOf(o.buf), bitsOf(whole[n].buf)
			for i, row := range rows {
				for c := range cols {
					if i == skip {
						if r.nan && !math.IsNaN(o.buf.At(i*cols+c)) {
							t.Fatalf("%s: %s: a row with a NaN gives %s[%d,%d] = %v", r.name, what, o.name, row, c, o.buf.At(i*cols+c))
						}
						continue
					}
					if g[i*cols+c] != w[row*cols+c] {
						t.Fatalf("%s: %s[%d,%d]: %v %s, %v among all %d rows", r.name, o.name, row, c,
							o.buf.At(i*cols+c), what, whole[n].buf.At(row*cols+c), r.T)
					}
				}
			}
		}
	}
	check("again", everything, pick(everything, -1), -1)
	for row := range r.T {
		check("alone", []int{row}, pick([]int{row}, -1), -1)
	}
	mixed := s.rand.Perm(r.T)
	check("permuted", mixed, pick(mixed, -1), -1)
	for _, cut := range []int{1, r.T / 3, r.T / 2, r.T - 1} {
		label := fmt.Sprintf("split at %d", cut)
		check(label, sequence(0, cut), pick(sequence(0, cut), -1), -1)
		check(label, sequence(cut, r.T), pick(sequence(cut, r.T), -1), -1)
	}
	for _, bad := range []int{0, r.T / 2, r.T - 1} {
		check("beside a NaN", everything, pick(everything, bad), bad)
	}
}

func sequence(lo, hi int) []int {
	var out []int
	for i := lo; i < hi; i++ {
		out = append(out, i)
	}
	return out
}

// choose returns x[rows[i]].
func choose[E any](x []E, rows []int) []E {
	out := make([]E, len(rows))
	for i, r := range rows {
		out[i] = x[r]
	}
	return out
}
