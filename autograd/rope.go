package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// RoPETable holds the cosines and sines of the rotation angles, each
// [positions, headDim/2].
type RoPETable struct{ Cos, Sin *tensor.Tensor }

// RoPE rotates the pairs (i, i+headDim/2) of every head of x [T, heads·headDim]
// by the angles of position pos[t]. Su et al. 2021, eq. 34. pos must not change
// before the backward pass.
//
//	forward   y = R(pos)·x        backward  dx += R(pos)ᵀ·dy: the rotation back
func RoPE(x *Value, table *RoPETable, pos []int32, heads, headDim int) *Value {
	t := x.tape
	checkRoPE("RoPE", x, table, pos, heads, headDim)
	return rotated(x, t.result(t.wantsAny(x), x.data.Shape...), table, pos, heads, headDim)
}

// RoPEOver is [RoPE] in the memory of x, whose own numbers are gone: for the
// result of an operation that does not need it in its backward pass, and that
// nobody else reads, as that of [LinearWith] or [RMSNorm].
func RoPEOver(x *Value, table *RoPETable, pos []int32, heads, headDim int) *Value {
	t := x.tape
	checkRoPE("RoPEOver", x, table, pos, heads, headDim)
	y := t.values.next()
	*y = Value{tape: t, data: x.data, needs: t.wantsAny(x)}
	return rotated(x, y, table, pos, heads, headDim)
}

func checkRoPE(op string, x *Value, table *RoPETable, pos []int32, heads, headDim int) {
	if rows := x.rows(op, heads*headDim); rows != len(pos) || table.Cos.Cols() != headDim/2 {
		panic(fmt.Sprintf("autograd: %s: x %v, %d positions, table %v, head size %d", op, x.data.Shape, len(pos), table.Cos.Shape, headDim))
	}
}

func rotated(x, y *Value, table *RoPETable, pos []int32, heads, headDim int) *Value {
	o := ropeOp{x, y, table, pos, heads, headDim}
	o.rotate(y.data.Buf, x.data.Buf, false)
	if y.needs {
		record(x.tape, o, y)
	}
	return y
}

type ropeOp struct {
	x, y           *Value
	table          *RoPETable
	pos            []int32
	heads, headDim int
}

func (o *ropeOp) rotate(y, x kernels.Buffer, inverse bool) {
	o.x.tape.dev.RoPE(y, x, o.table.Cos.Buf, o.table.Sin.Buf, o.pos, o.heads, o.headDim, inverse)
}

func (o *ropeOp) back() {
	g := o.y.grad
	if g.refs == 1 && !o.y.keep {
		o.rotate(g.buf, g.buf, true)
		o.x.pass(g)
		return
	}
	t := o.x.tape
	dx := t.newGrad(g.buf.Len())
	o.rotate(dx.buf, g.buf, true)
	o.x.pass(dx)
	t.drop(dx)
}
