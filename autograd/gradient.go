package autograd

import (
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// gradient is memory that one or several values hold as their gradient. An
// addition passes its gradient on to both summands without copying; whoever
// writes to a shared gradient copies it first.
type gradient struct {
	buf  kernels.Buffer
	mem  kernels.Buffer // what buf was cut from
	refs int
}

// newGrad returns n elements of whatever the memory held. Freed gradients are
// used again, the smallest that is large enough: a backward pass then works in
// a handful of buffers, which stay in the cache.
func (t *Tape) newGrad(n int) *gradient {
	best := -1
	for i, g := range t.free {
		if c := g.mem.Len(); c >= n && c <= 4*n+1024 && (best < 0 || c < t.free[best].mem.Len()) {
			best = i
		}
	}
	var g *gradient
	if best >= 0 {
		last := len(t.free) - 1
		g, t.free[best] = t.free[best], t.free[last]
		t.free = t.free[:last]
	} else {
		g = t.grads.next()
		g.mem = t.gradMem.AllocDirty(n).Buf
	}
	g.buf, g.refs = g.mem.Slice(0, n), 1
	return g
}

func (t *Tape) drop(g *gradient) {
	if g.refs--; g.refs == 0 {
		t.free = append(t.free, g)
	}
}

// wanted returns memory that a kernel adds ∂loss/∂v to: what has arrived so
// far, or zeros. It is absent when v needs no gradient.
func (v *Value) wanted() kernels.Buffer {
	if !v.needs {
		return kernels.Buffer{}
	}
	g, acc := v.target()
	if !acc {
		tensor.ZeroOn(v.tape.dev, g)
	}
	return g
}

// target returns memory for ∂loss/∂v. With acc it holds what has arrived so
// far and must be added to; without, it must be overwritten.
func (v *Value) target() (g kernels.Buffer, acc bool) {
	switch old := v.grad; {
	case old == nil:
		v.grad = v.tape.newGrad(v.data.Len())
		return v.grad.buf, false
	case old.refs > 1:
		v.grad = v.tape.newGrad(v.data.Len())
		tensor.Copy(v.grad.buf, old.buf)
		v.tape.drop(old)
	}
	return v.grad.buf, true
}

// pass adds g to the gradient of v, without copying when it is the first.
func (v *Value) pass(g *gradient) {
	if !v.needs {
		return
	}
	if v.grad == nil {
		g.refs++
		v.grad = g
		return
	}
	sum, _ := v.target()
	v.tape.dev.Add(sum, sum, g.buf, sum.Len())
}

// release gives the gradient back, unless it is to stay.
func (v *Value) release() {
	if v.grad != nil && !v.keep {
		v.tape.drop(v.grad)
		v.grad = nil
	}
}

// gradBuf returns the gradient that has arrived, absent when there is none.
func (v *Value) gradBuf() kernels.Buffer {
	if v.grad == nil {
		return kernels.Buffer{}
	}
	return v.grad.buf
}
