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
	if rows := x.rows("RoPE", heads*headDim); rows != len(pos) || table.Cos.Cols() != headDim/2 {
		panic(fmt.Sprintf("autograd: RoPE: x %v, %d positions, table %v, head size %d", x.data.Shape, len(pos), table.Cos.Shape, headDim))
	}
	y := t.result(t.wantsAny(x), x.data.Shape...)
	rotate := func(y, x kernels.Buffer, inverse bool) {
		t.dev.RoPE(y, x, table.Cos.Buf, table.Sin.Buf, pos, heads, headDim, inverse)
	}
	rotate(y.data.Buf, x.data.Buf, false)
	if y.needs {
		t.record(func() {
			g := y.grad
			if g.refs == 1 && !y.keep {
				rotate(g.buf, g.buf, true)
				x.pass(g)
				return
			}
			dx := t.newGrad(g.buf.Len())
			rotate(dx.buf, g.buf, true)
			x.pass(dx)
			t.drop(dx)
		}, y)
	}
	return y
}
