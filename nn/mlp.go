package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
)

// MLP is a stack of linear maps with ReLU between them. A value head is
// NewMLP(dt, rnd, d, 128, 1): hidden states [T, d] in, values [T, 1] out.
type MLP struct {
	Layers []*Linear `hf:"layers"`
}

// NewMLP returns maps of the given widths, with biases. Weights and biases are
// uniform in ±1/√in (the default of PyTorch); the last map is zero, so that
// a fresh value head says 0 everywhere and adds no noise to advantages.
func NewMLP(dt kernels.DType, rnd *rand.Rand, widths ...int) *MLP {
	if len(widths) < 2 {
		panic(fmt.Sprintf("nn: NewMLP: %d widths, need an input and an output width", len(widths)))
	}
	m := new(MLP)
	for i, in := range widths[:len(widths)-1] {
		l := NewLinear(dt, in, widths[i+1], true)
		l.W.Trainable, l.Bias.Trainable = true, true
		if i+2 < len(widths) {
			Uniform(l.W, rnd, 1/math.Sqrt(float64(in)))
			Uniform(l.Bias, rnd, 1/math.Sqrt(float64(in)))
		}
		m.Layers = append(m.Layers, l)
	}
	return m
}

// Forward maps x [T, widths[0]] to [T, widths[last]].
func (m *MLP) Forward(x *autograd.Value) *autograd.Value {
	for i, l := range m.Layers {
		if i > 0 {
			x = autograd.ReLU(x)
		}
		x = l.Forward(x)
	}
	return x
}
