package autograd

// SwiGLU returns silu(gate)·up, element by element. Shazeer 2020.
//
//	forward   y  = g·σ(g)·u
//	backward  dg += dy·u·σ(g)·(1 + g·(1 − σ(g)))
//	          du += dy·g·σ(g)
func SwiGLU(gate, up *Value) *Value {
	t := sameTape("SwiGLU", gate, up)
	n := sameShape("SwiGLU", gate, up)
	y := t.result(t.wantsAny(gate, up), gate.data.Shape...)
	t.dev.SwiGLU(y.data.Buf, gate.data.Buf, up.data.Buf, n)
	if y.needs {
		record(t, swigluOp{gate, up, y}, y)
	}
	return y
}

type swigluOp struct{ gate, up, y *Value }

func (o *swigluOp) back() {
	o.y.tape.dev.SwiGLUBackward(o.gate.wanted(), o.up.wanted(), o.y.grad.buf, o.gate.data.Buf, o.up.data.Buf, o.y.data.Len(), true)
}
