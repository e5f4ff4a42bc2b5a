package autograd

import "fmt"

// GatherRows returns y[i] = x[rows[i]] for x [T, d]: [len(rows), d]. rows must
// not change before the backward pass, and may name a row several times.
//
//	backward  dx[rows[i]] += dy[i], in ascending i
func GatherRows(x *Value, rows []int32) *Value {
	t := x.tape
	if len(x.data.Shape) != 2 {
		panic(fmt.Sprintf("autograd: GatherRows: x is %v, want [T d]", x.data.Shape))
	}
	d := x.data.Shape[1]
	y := t.result(t.wantsAny(x), len(rows), d)
	t.dev.GatherRows(y.data.Buf, x.data.Buf, rows, d)
	if y.needs {
		record(t, gatherOp{x, y, rows}, y)
	}
	return y
}

type gatherOp struct {
	x, y *Value
	rows []int32
}

func (o *gatherOp) back() {
	o.y.tape.dev.ScatterAddRows(o.x.wanted(), o.y.grad.buf, o.rows, o.y.data.Shape[1])
}
