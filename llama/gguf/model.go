package gguf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/nn"
)

// parts maps the ends of tensor names, Hugging Face's on the left.
var parts = map[string]string{
	"model.embed_tokens":       "token_embd",
	"model.norm":               "output_norm",
	"lm_head":                  "output",
	"input_layernorm":          "attn_norm",
	"self_attn.q_proj":         "attn_q",
	"self_attn.k_proj":         "attn_k",
	"self_attn.v_proj":         "attn_v",
	"self_attn.o_proj":         "attn_output",
	"self_attn.q_norm":         "attn_q_norm",
	"self_attn.k_norm":         "attn_k_norm",
	"post_attention_layernorm": "ffn_norm",
	"mlp.gate_proj":            "ffn_gate",
	"mlp.up_proj":              "ffn_up",
	"mlp.down_proj":            "ffn_down",
}

// ggufName translates a name such as model.layers.3.mlp.up_proj.weight to
// blk.3.ffn_up.weight.
func ggufName(hfName string) string {
	prefix, name := "", hfName
	if rest, ok := strings.CutPrefix(hfName, "model.layers."); ok {
		var layer string
		layer, name, _ = strings.Cut(rest, ".")
		prefix = "blk." + layer + "."
	}
	dot := strings.LastIndexByte(name, '.')
	return prefix + parts[name[:dot]] + name[dot:]
}

// Model reads the weights into a model of type dt.
func (f *File) Model(dt kernels.DType) (*llama.Model, error) { return f.model(dt, false) }

func (f *File) model(dt kernels.DType, native bool) (*llama.Model, error) {
	c, err := f.Config()
	if err != nil {
		return nil, err
	}
	if err := f.check(c); err != nil {
		return nil, err
	}
	m, err := llama.New(c, dt)
	if err != nil {
		return nil, fmt.Errorf("gguf: %s: %w", f.Path, err)
	}
	reader := &blockReader{file: f}
	for name, p := range nn.Params(m) {
		if native && reader.use(p, f.byName[ggufName(name)], permuted(c, name), c.HeadDim) {
			continue
		}
		dst := p.Data.Buf
		store := func(at int, x []float32) {
			for i, v := range x {
				dst.Set(at+i, float64(v))
			}
		}
		if heads := permuted(c, name); heads > 0 {
			place := unpermute(dst.Len(), heads, c.HeadDim)
			store = func(at int, x []float32) {
				for i, v := range x {
					dst.Set(place(at+i), float64(v))
				}
			}
		} else if dt == kernels.F32 {
			store = func(at int, x []float32) { copy(dst.F32()[at:], x) }
		}
		if err := f.read(f.byName[ggufName(name)], store); err != nil {
			return nil, err
		}
		p.Changed()
	}
	return m, nil
}

// check compares the tensors with what the configuration needs, before memory
// is taken for it.
func (f *File) check(c llama.Config) error {
	known := map[string]bool{"rope_freqs.weight": true}
	for want := range hf.Tensors(c) {
		name := ggufName(want.Name)
		known[name] = true
		t := f.byName[name]
		if t == nil {
			return fmt.Errorf("gguf: %s: tensor %q is missing; the metadata ask for it, with shape %v (%s)", f.Path, name, want.Shape, want.Why)
		}
		if !slices.Equal(t.Shape, want.Shape) {
			return fmt.Errorf("gguf: %s: tensor %q is %v, the metadata ask for %v (%s)", f.Path, name, t.Shape, want.Shape, want.Why)
		}
	}
	for _, t := range f.tensors {
		if !known[t.Name] {
			return fmt.Errorf("gguf: %s: tensor %q has no place in a %s model", f.Path, t.Name, c.ModelType)
		}
	}
	return nil
}

// permuted returns the number of heads whose rows llama.cpp has reordered, 0
// for tensors that it leaves alone.
func permuted(c llama.Config, name string) int {
	switch {
	case c.ModelType != "llama":
		return 0
	case strings.Contains(name, ".q_proj."):
		return c.NumAttentionHeads
	case strings.Contains(name, ".k_proj."):
		return c.NumKeyValueHeads
	}
	return 0
}

// unpermute returns the map from an element's index in the file to its index
// in the model, for the query and key projections of the llama architecture.
// Rotary embedding turns pairs: llama.cpp keeps the two rows of pair i next to
// each other (2i, 2i+1), Hugging Face half a head apart (i, i + headDim/2).
func unpermute(n, heads, headDim int) func(i int) int {
	width := n / (heads * headDim) // elements of a row; 1 for a bias
	return func(i int) int {
		row, col := i/width, i%width
		head, r := row/headDim, row%headDim
		return (head*headDim+r/2+r%2*(headDim/2))*width + col
	}
}
