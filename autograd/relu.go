package autograd

// ReLU returns max(x, 0), element by element.
//
//	backward  dx += dy where x > 0
func ReLU(x *Value) *Value {
	t, n := x.tape, x.data.Len()
	y := t.result(t.wantsAny(x), x.data.Shape...)
	t.dev.ReLU(y.data.Buf, x.data.Buf, n)
	if y.needs {
		record(t, reluOp{x, y}, y)
	}
	return y
}

type reluOp struct{ x, y *Value }

func (o *reluOp) back() {
	o.y.tape.dev.ReLUBackward(o.x.wanted(), o.y.grad.buf, o.x.data.Buf, o.x.data.Len())
}
