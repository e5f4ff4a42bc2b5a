package benchmodel

import (
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
)

// Small is the configuration of the training step: width 256, six layers,
// eight heads, tied embeddings.
func Small(vocab int) llama.Config {
	return config(256, 688, 6, 8, vocab, 256)
}

// Ten is the model of the PPO iteration: ten million parameters, width 320, six
// layers, five heads of 64 numbers, a map to the vocabulary of its own.
func Ten() llama.Config {
	c := config(320, 864, 6, 5, 4096, 2048)
	c.TieWordEmbeddings = false
	return c
}

func config(d, ffn, layers, heads, vocab, context int) llama.Config {
	return llama.Config{ModelType: "llama", VocabSize: vocab, HiddenSize: d, IntermediateSize: ffn, NumHiddenLayers: layers,
		NumAttentionHeads: heads, NumKeyValueHeads: heads, HeadDim: d / heads, RMSNormEps: 1e-5, RopeTheta: 1e4,
		MaxPositionEmbeddings: context, TieWordEmbeddings: true}
}

// New returns a model with fresh weights whose products are formed in compute,
// [kernels.F32] or [kernels.BF16].
func New(cfg llama.Config, compute kernels.DType) (*llama.Model, error) {
	m, err := llama.New(cfg, kernels.F32)
	if err != nil {
		return nil, err
	}
	m.Init(1)
	m.SetCompute(compute)
	return m, nil
}
