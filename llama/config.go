package llama

import (
	"fmt"
	"math"
	"strings"
)

// Config is the shape of a decoder. The names are those of Hugging Face's
// config.json; [ParseConfig] reads that file and [Config.JSON] writes it.
type Config struct {
	ModelType string // "llama", "qwen2" or "qwen3"

	VocabSize         int // V
	HiddenSize        int // d, the width of the residual stream
	IntermediateSize  int // h, the width inside the MLP
	NumHiddenLayers   int // L
	NumAttentionHeads int // query heads
	NumKeyValueHeads  int // key and value heads; divides NumAttentionHeads (grouped queries)
	HeadDim           int // usually HiddenSize / NumAttentionHeads; Qwen3 sets it apart

	RMSNormEps            float64
	RopeTheta             float64 // base of the rotary frequencies
	RopeScaling           RopeScaling
	MaxPositionEmbeddings int // longest context in tokens
	RopeLength            int // longest sequence that "dynamic" RoPE scaling is set for; 0: MaxPositionEmbeddings

	TieWordEmbeddings bool // the output head is the embedding matrix
	AttentionBias     bool // biases on q, k, v and o (llama, qwen3); Qwen2 always has them on q, k, v
	MLPBias           bool // biases on gate, up and down (llama)

	DType string // element type of the checkpoint: "float32", "bfloat16", "float16"; "" is unknown

	// Compute is what the factors of products were rounded to when the model was
	// trained, see [Model.SetCompute]: "bf16", or "" for not at all. Only checkpoints
	// of our own name it (stepgrain_compute).
	Compute string

	// Special tokens, as far as config.json names them. Nil or empty: none.
	BOSTokenID  *int32
	EOSTokenIDs []int32
	PadTokenID  *int32
}

// QKVBias reports whether the query, key and value projections have biases.
func (c Config) QKVBias() bool { return c.ModelType == "qwen2" || c.AttentionBias }

// OutBias reports whether the attention's output projection has a bias.
func (c Config) OutBias() bool { return c.ModelType != "qwen2" && c.AttentionBias }

// QKNorm reports whether every query and key head is normalised before RoPE
// (Qwen3).
func (c Config) QKNorm() bool { return c.ModelType == "qwen3" }

// QDim returns the width of all query heads side by side.
func (c Config) QDim() int { return c.NumAttentionHeads * c.HeadDim }

// KVDim returns the width of all key heads side by side, which is that of the
// value heads too.
func (c Config) KVDim() int { return c.NumKeyValueHeads * c.HeadDim }

// Parameters returns the number of trained numbers of the model.
func (c Config) Parameters() int {
	d, q, kv, h := c.HiddenSize, c.QDim(), c.KVDim(), c.IntermediateSize
	layer := 2*d + d*q + 2*d*kv + q*d + 3*d*h
	if c.QKVBias() {
		layer += q + 2*kv
	}
	if c.OutBias() {
		layer += d
	}
	if c.MLPBias {
		layer += 2*h + d
	}
	if c.QKNorm() {
		layer += 2 * c.HeadDim
	}
	n := c.VocabSize*d + c.NumHiddenLayers*layer + d
	if !c.TieWordEmbeddings {
		n += c.VocabSize * d
	}
	return n
}

// Validate reports what makes the configuration impossible or unsupported,
// all of it at once.
func (c Config) Validate() error {
	var wrong []string
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }

	switch c.ModelType {
	case "llama", "qwen2", "qwen3":
	default:
		bad("model_type %q is not supported (llama, qwen2, qwen3)", c.ModelType)
	}
	positive := func(name string, v int) bool {
		switch {
		case v <= 0:
			bad("%s (%d) must be positive", name, v)
		case v > math.MaxInt32: // so that the product of two of them is right
			bad("%s (%d) must be below 2³¹", name, v)
		default:
			return true
		}
		return false
	}
	positive("vocab_size", c.VocabSize)
	positive("hidden_size", c.HiddenSize)
	positive("intermediate_size", c.IntermediateSize)
	positive("num_hidden_layers", c.NumHiddenLayers)
	positive("max_position_embeddings", c.MaxPositionEmbeddings)
	heads := positive("num_attention_heads", c.NumAttentionHeads)
	kv := positive("num_key_value_heads", c.NumKeyValueHeads)
	if heads && kv && c.NumAttentionHeads%c.NumKeyValueHeads != 0 {
		bad("num_attention_heads (%d) must be a multiple of num_key_value_heads (%d)", c.NumAttentionHeads, c.NumKeyValueHeads)
	}
	if positive("head_dim", c.HeadDim) && c.HeadDim%2 != 0 {
		bad("head_dim (%d) must be even: rotary embedding turns pairs", c.HeadDim)
	}
	if !(c.RMSNormEps > 0) || math.IsInf(c.RMSNormEps, 0) {
		bad("rms_norm_eps (%g) must be positive", c.RMSNormEps)
	}
	if !(c.RopeTheta > 0) || math.IsInf(c.RopeTheta, 0) {
		bad("rope_theta (%g) must be positive", c.RopeTheta)
	}
	if c.MLPBias && c.ModelType != "llama" {
		bad("mlp_bias is a key of llama, not of %s", c.ModelType)
	}
	if err := c.RopeScaling.validate(); err != nil {
		bad("%v", err)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("llama: config: %s", strings.Join(wrong, "; "))
	}
	return nil
}
