package llama

import (
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/nn"
)

// SetCompute says what the factors of the model's products are rounded to
// before they are multiplied: [kernels.F32], not at all, or [kernels.BF16].
// Weights, gradients and activations stay as they are, sums are float32. It
// covers the maps of the layers and the map to the vocabulary, and the products
// of attention where the backend has them
// ([kernels.Backend].AttentionCompute: AMX); adapters, norms and rotations are
// computed in float32.
//
// It must not be called between a forward pass and its backward pass, nor when
// there are engines or caches of the model.
func (m *Model) SetCompute(dt kernels.DType) {
	for _, l := range nn.Linears(m) {
		l.SetCompute(dt)
	}
	m.HeadParam().Compute = dt
	for _, l := range m.Layers {
		l.Attn.shape.Compute = dt
	}
}

// cacheType is the type in which keys and values are kept for dev. Attention
// with rounded factors rounds them in any case, so that a cache of bfloat16
// gives the same bits in half of the memory.
func (m *Model) cacheType(dev kernels.Backend) kernels.DType {
	if m.DType() == kernels.F32 && dev.AttentionCompute(m.Layers[0].Attn.shape) == kernels.BF16 {
		return kernels.BF16
	}
	return m.DType()
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
