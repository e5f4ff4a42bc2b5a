package autograd

// ReLU returns max(x, 0), element by element.
//
//	backward  dx += dy where x > 0
func ReLU(x *Value) *Value {
	t, n := x.tape, x.data.Len()
	y := t.result(t.wantsAny(x), x.data.Shape...)
	t.dev.ReLU(y.data.Buf, x.data.Buf, n)
	if y.needs {
		t.record(func() { t.dev.ReLUBackward(x.wanted(), y.grad.buf, x.data.Buf, n) }, y)
	}
	return y
}
