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
		t.record(func() {
			a.pass(y.grad)
			b.pass(y.grad)
		}, y)
	}
	return y
}

func sameShape(op string, a, b *Value) (n int) {
	if !slices.Equal(a.data.Shape, b.data.Shape) {
		panic(fmt.Sprintf("autograd: %s: %v and %v differ", op, a.data.Shape, b.data.Shape))
	}
	return a.data.Len()
}
