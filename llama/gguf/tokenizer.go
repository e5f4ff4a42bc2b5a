package gguf

import (
	"fmt"
	"math"

	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// Tokenizer builds the tokenizer that the file carries.
func (f *File) Tokenizer() (*tokenizer.Tokenizer, error) {
	g := tokenizer.GGUF{
		Model:  f.Text("tokenizer.ggml.model"),
		Pre:    f.Text("tokenizer.ggml.pre"),
		Tokens: f.Texts("tokenizer.ggml.tokens"),
		Merges: f.Texts("tokenizer.ggml.merges"),
		BOS:    -1, EOS: -1, Pad: -1,
	}
	if len(g.Tokens) == 0 {
		return nil, fmt.Errorf("gguf: %s has no tokenizer", f.Path)
	}
	g.AddBOS, _ = f.values["tokenizer.ggml.add_bos_token"].(bool)
	l := &lookup{f: f}
	for _, special := range []struct {
		kind string
		to   *int32
	}{{"bos", &g.BOS}, {"eos", &g.EOS}, {"padding", &g.Pad}} {
		if id := l.token(special.kind); id != nil {
			*special.to = *id
		}
	}
	if types, ok := f.values["tokenizer.ggml.token_type"].([]int64); ok {
		g.Types = make([]int32, len(types))
		for i, t := range types {
			if t < 0 || t > math.MaxInt32 {
				l.fail("tokenizer.ggml.token_type", "holds %d", t)
				break
			}
			g.Types[i] = int32(t)
		}
	}
	if l.err != nil {
		return nil, l.err
	}
	t, err := tokenizer.FromGGUF(g)
	if err != nil {
		return nil, fmt.Errorf("gguf: %s: %w", f.Path, err)
	}
	return t, nil
}
