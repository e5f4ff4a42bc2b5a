package llama

import (
	"math"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/nn"
)

// Init draws fresh weights: embeddings with standard deviation 0.02, maps with
// 0.7/√in, those that write to the residual stream (o_proj, down_proj) divided
// by √(2L) so that its size does not grow with depth (Radford et al. 2019).
// Biases are 0, norms 1. Every parameter has its own stream of the seed.
//
// A small model that must learn to copy from its context in little time
// starts better from [Model.InitCopy].
func (m *Model) Init(seed uint64) { m.init(seed, 0.02) }

func (m *Model) init(seed uint64, embedStd float64) {
	stream := func(name string) *rand.Rand { return rng.New(seed, "init", name) }
	for name, p := range nn.Params(m) {
		if len(p.Data.Shape) == 1 {
			nn.Fill(p, 0)
			continue
		}
		nn.Normal(p, stream(name), 0.7/math.Sqrt(float64(p.Data.Shape[1])))
	}
	nn.Normal(m.Embed.W, stream(m.Embed.W.Name), embedStd)
	out := 0.7 / math.Sqrt(float64(2*len(m.Layers)))
	for _, l := range m.Layers {
		nn.Normal(l.Attn.O.W, stream(l.Attn.O.W.Name), out/math.Sqrt(float64(l.Attn.O.In())))
		nn.Normal(l.MLP.Down.W, stream(l.MLP.Down.W.Name), out/math.Sqrt(float64(l.MLP.Down.In())))
		for _, n := range []*nn.RMSNorm{l.AttnNorm, l.MLPNorm, l.Attn.QNorm, l.Attn.KNorm} {
			if n != nil {
				nn.Fill(n.W, 1)
			}
		}
	}
	nn.Fill(m.Norm.W, 1)
}
