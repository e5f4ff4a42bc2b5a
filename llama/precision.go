package llama

import (
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/nn"
)

// SetCompute says what the factors of the model's products are rounded to
// before they are multiplied: [kernels.F32], not at all, or [kernels.BF16].
// Weights, gradients and activations stay as they are, sums are float32. It
// covers the maps of the layers and the map to the vocabulary; adapters, norms,
// rotations and attention are computed in float32.
//
// It must not be called between a forward pass and its backward pass.
func (m *Model) SetCompute(dt kernels.DType) {
	for _, l := range nn.Linears(m) {
		l.SetCompute(dt)
	}
	m.HeadParam().Compute = dt
}

// ParseCompute reads the name of a precision of products: "f32" or "bf16".
func ParseCompute(name string) (dt kernels.DType, ok bool) {
	switch name {
	case "f32":
		return kernels.F32, true
	case "bf16":
		return kernels.BF16, true
	}
	return 0, false
}
