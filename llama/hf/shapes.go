package hf

import (
	"fmt"
	"iter"

	"github.com/stepgrain/stepgrain/llama"
)

// Tensor is a tensor that a checkpoint of some configuration must have.
type Tensor struct {
	Name  string
	Shape []int
	Why   string // the keys of config.json that the shape comes from
}

// Tensors lists what a checkpoint of the configuration holds, in the order of
// the model. It allocates nothing that grows with the sizes in the
// configuration, so that a file can be compared with an impossible one.
func Tensors(c llama.Config) iter.Seq[Tensor] {
	return func(yield func(Tensor) bool) {
		width := fmt.Sprintf("hidden_size %d", c.HiddenSize)
		vocab := fmt.Sprintf("vocab_size %d, %s", c.VocabSize, width)
		q := fmt.Sprintf("num_attention_heads %d, head_dim %d", c.NumAttentionHeads, c.HeadDim)
		kv := fmt.Sprintf("num_key_value_heads %d, head_dim %d", c.NumKeyValueHeads, c.HeadDim)
		mlp := fmt.Sprintf("intermediate_size %d", c.IntermediateSize)
		d, h := c.HiddenSize, c.IntermediateSize

		prefix, more := "", true
		norm := func(name string, n int, why string) {
			more = more && yield(Tensor{prefix + name + ".weight", []int{n}, why})
		}
		linear := func(name string, out, in int, bias bool, why string) {
			more = more && yield(Tensor{prefix + name + ".weight", []int{out, in}, why})
			if bias {
				more = more && yield(Tensor{prefix + name + ".bias", []int{out}, why})
			}
		}
		linear("model.embed_tokens", c.VocabSize, d, false, vocab)
		for i := 0; i < c.NumHiddenLayers && more; i++ {
			prefix = fmt.Sprintf("model.layers.%d.", i)
			norm("input_layernorm", d, width)
			linear("self_attn.q_proj", c.QDim(), d, c.QKVBias(), q)
			linear("self_attn.k_proj", c.KVDim(), d, c.QKVBias(), kv)
			linear("self_attn.v_proj", c.KVDim(), d, c.QKVBias(), kv)
			linear("self_attn.o_proj", d, c.QDim(), c.OutBias(), q)
			if c.QKNorm() {
				norm("self_attn.q_norm", c.HeadDim, fmt.Sprintf("head_dim %d", c.HeadDim))
				norm("self_attn.k_norm", c.HeadDim, fmt.Sprintf("head_dim %d", c.HeadDim))
			}
			norm("post_attention_layernorm", d, width)
			linear("mlp.gate_proj", h, d, c.MLPBias, mlp)
			linear("mlp.up_proj", h, d, c.MLPBias, mlp)
			linear("mlp.down_proj", d, h, c.MLPBias, mlp)
		}
		prefix = ""
		norm("model.norm", d, width)
		if !c.TieWordEmbeddings {
			linear("lm_head", c.VocabSize, d, false, vocab)
		}
	}
}
