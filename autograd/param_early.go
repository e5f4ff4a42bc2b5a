package autograd

import (
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// early is the gradient of a parameter that is made before the backward pass.
// Until then it is no part of Grad, so that clearing Grad in between, or a loss
// that is never used, does no harm. A second tensor of the parameter's size would
// double the memory; so it is the tensor Grad itself, taken away, when nothing has
// been added to that.
type early struct {
	*tensor.Tensor
	taken bool // the parameter's own memory, not the tape's
}

// takeGrad returns zeros for an early gradient.
func (p *Param) takeGrad(t *Tape) early {
	g := p.wanted()
	if t.dev.SumSquares(g, g.Len()) == 0 {
		e := early{p.Grad, true}
		p.Grad = nil
		return e
	}
	e := early{t.mem().AllocDirty(p.Data.Shape...), false}
	tensor.ZeroOn(t.dev, e.Buf)
	return e
}

// addEarly adds s·e to Grad. Memory that was taken from the parameter is its own again.
func (p *Param) addEarly(dev kernels.Backend, e early, s float64) {
	if p.Grad == nil && e.taken {
		if s != 1 {
			dev.Scale(e.Buf, s, e.Len())
		}
		p.Grad = e.Tensor
		return
	}
	g := p.wanted()
	dev.AddScaled(g, e.Buf, s, g.Len())
	if e.taken {
		p.spare = e.Tensor
	}
}

// newGrad returns zeros: memory left over, or new.
func (p *Param) newGrad() *tensor.Tensor {
	if g := p.spare; g != nil && g.DType() == p.Data.DType() && g.Len() == p.Data.Len() {
		p.spare = nil
		g.Zero()
		return g
	}
	return tensor.New(p.Data.DType(), p.Data.Shape...)
}
