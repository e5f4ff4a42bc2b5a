package nn

import (
	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// Linear is the map y = x·Wᵀ + bias, for x [T, in] and y [T, out]. With an
// adapter that is switched on, y also gets Scale·(x·Aᵀ)·Bᵀ.
type Linear struct {
	W    *autograd.Param `hf:"weight"` // [out, in]
	Bias *autograd.Param `hf:"bias"`   // [out]; nil: none
	LoRA *LoRA           `hf:""`       // nil: none
}

// NewLinear returns a map of zeros.
func NewLinear(dt kernels.DType, in, out int, bias bool) *Linear {
	l := &Linear{W: autograd.NewParam("weight", tensor.New(dt, out, in))}
	if bias {
		l.Bias = autograd.NewParam("bias", tensor.New(dt, out))
	}
	return l
}

// In returns the width of the input.
func (l *Linear) In() int { return l.W.Data.Shape[1] }

// Out returns the width of the output.
func (l *Linear) Out() int { return l.W.Data.Shape[0] }

// Forward computes the map for x [T, in].
func (l *Linear) Forward(x *autograd.Value) *autograd.Value {
	return autograd.LinearWith(x, l.W, l.with())
}

// ForwardAdd returns residual + Forward(x), to the bit, in one pass.
func (l *Linear) ForwardAdd(x, residual *autograd.Value) *autograd.Value {
	w := l.with()
	w.Add = residual
	return autograd.LinearWith(x, l.W, w)
}

func (l *Linear) with() autograd.With {
	w := autograd.With{Bias: l.Bias}
	if l.LoRA != nil && l.LoRA.Enabled {
		w.A, w.B, w.Scale = l.LoRA.A, l.LoRA.B, l.LoRA.Scale
	}
	return w
}

// SetCompute says what the factors of the map's products are rounded to: see
// [autograd.Param]. An adapter, which is small, stays as it is.
func (l *Linear) SetCompute(dt kernels.DType) { l.W.Compute = dt }
