package llama

import (
	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/nn"
)

// MLP is the gated feed-forward block: down( silu(gate x) · up x ) (Shazeer 2020).
type MLP struct {
	Gate *nn.Linear `hf:"gate_proj"` // [h, d]
	Up   *nn.Linear `hf:"up_proj"`   // [h, d]
	Down *nn.Linear `hf:"down_proj"` // [d, h]
}

func newMLP(c Config, dt kernels.DType) *MLP {
	return &MLP{
		Gate: nn.NewLinear(dt, c.HiddenSize, c.IntermediateSize, c.MLPBias),
		Up:   nn.NewLinear(dt, c.HiddenSize, c.IntermediateSize, c.MLPBias),
		Down: nn.NewLinear(dt, c.IntermediateSize, c.HiddenSize, c.MLPBias),
	}
}

// forward returns residual + mlp(x).
func (m *MLP) forward(x, residual *autograd.Value, p *pass) *autograd.Value {
	return p.add(MLPOut, m.Down, nn.ForwardSwiGLU(x, m.Gate, m.Up), residual)
}
