package cpu

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// RoPE rotates the pairs (x[i], x[i+h]), h = headDim/2, of every head by the
// angles of position pos[t] (Su et al. 2021, in the half-split layout):
//
//	y[i]   = x[i]·cos − x[i+h]·sin
//	y[i+h] = x[i+h]·cos + x[i]·sin
//
// inverse rotates back. y may be x.
func (b *Backend) RoPE(y, x, cos, sin kernels.Buffer, pos []int32, heads, headDim int, inverse bool) {
	T, d, h := len(pos), heads*headDim, headDim/2
	if headDim%2 != 0 {
		panic(fmt.Sprintf("kernels/cpu: RoPE: headDim is %d; want an even number", headDim))
	}
	ys, xs := need("RoPE", "y", y, T*d), need("RoPE", "x", x, T*d)
	if T == 0 || d == 0 {
		return
	}
	checkRows("RoPE", pos, min(cos.Len(), sin.Len())/h)
	cs, sn := need("RoPE", "cos", cos, cos.Len()), need("RoPE", "sin", sin, sin.Len())
	type args struct {
		y, x, cos, sin []float32
		pos            []int32
		d, h           int
		inverse        bool
	}
	shareRows(b, T, d/4, args{ys, xs, cs, sn, pos, d, h, inverse}, func(b *Backend, a *args, _, lo, hi int) {
		d, h := a.d, a.h
		for t := lo; t < hi; t++ {
			p := int(a.pos[t]) * h
			rope(b.isa, a.y[t*d:(t+1)*d], a.x[t*d:(t+1)*d], a.cos[p:p+h], a.sin[p:p+h], a.inverse)
		}
	})
}
