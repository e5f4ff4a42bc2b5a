package autograd

import (
	"fmt"
	"slices"
)

// Add returns a + b, element by element.
//
//	backward  da += dy        db += dy
//
// Both summands take over the memory of dy: a residual stream is not copied.
func Add(a, b *Value) *Value {
	t := sameTape("Add", a, b)
	n := sameShape("Add", a, b)
	y := t.result(t.wantsAny(a, b), a.data.Shape...)
	t.dev.Add(y.data.Buf, a.data.Buf, b.data.Buf, n)
	if y.needs {
		record(t, addOp{a, b, y}, y)
	}
	return y
}

type addOp struct{ a, b, y *Value }

func (o *addOp) back() {
	o.a.pass(o.y.grad)
	o.b.pass(o.y.grad)
}

func sameShape(op string, a, b *Value) (n int) {
	if !slices.Equal(a.data.Shape, b.data.Shape) {
		panic(fmt.Sprintf("autograd: %s: %v and %v differ", op, a.data.Shape, b.data.Shape))
	}
	return a.data.Len()
}
