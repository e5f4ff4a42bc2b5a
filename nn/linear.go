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
	y := autograd.Linear(x, l.W, l.Bias)
	if l.LoRA != nil && l.LoRA.Enabled {
		y = autograd.LowRank(x, y, l.LoRA.A, l.LoRA.B, l.LoRA.Scale)
	}
	return y
}

// SetCompute says what the factors of the map's products are rounded to, those
// of its adapter too: see [autograd.Param]. Call it before the first use.
func (l *Linear) SetCompute(dt kernels.DType) {
	l.W.Compute = dt
	if l.LoRA != nil {
		l.LoRA.A.Compute, l.LoRA.B.Compute = dt, dt
	}
}
