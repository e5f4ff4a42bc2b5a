package main

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// saveAlphabet writes a checkpoint whose behaviour can be told in a sentence: it
// says the alphabet. After a letter the next one has a logit of 8 and everything
// else 0; z is followed by the end. Its layers add nothing, its embeddings are
// one-hot, and its head holds the rule.
func saveAlphabet(dir string) error {
	tok := tokenizer.Train(slices.Values([]string{""}), 2+256, []string{"<|end|>", "<|user|>"}, tokenizer.WithEOS("<|end|>"))
	v := tok.Len()
	m, err := llama.New(llama.Config{
		ModelType: "llama", VocabSize: v, HiddenSize: v, IntermediateSize: 2, NumHiddenLayers: 1, NumAttentionHeads: 3, NumKeyValueHeads: 1,
		HeadDim: 2, RMSNormEps: 1e-6, RopeTheta: 1e4, MaxPositionEmbeddings: 64, EOSTokenIDs: []int32{tok.EOS()},
	}, kernels.F32)
	if err != nil {
		return err
	}
	follows := func(a, b int32) { m.Head.W.Data.Buf.Set(int(b)*v+int(a), 8/math.Sqrt(float64(v))) } // √v: what the norm makes of one-hot
	for i := range v {
		m.Embed.W.Data.Buf.Set(i*v+i, 1)
	}
	for c := byte('a'); c < 'z'; c++ {
		follows(tok.MustID(string(c)), tok.MustID(string(c+1)))
	}
	follows(tok.MustID("z"), tok.EOS())
	if err := hf.Save(dir, m, ""); err != nil {
		return err
	}
	if err := tok.Save(filepath.Join(dir, "tokenizer.json")); err != nil {
		return err
	}
	if err := hf.SaveTokenizerConfig(dir, hf.TokenizerConfig{
		EOSToken:     "<|end|>",
		ChatTemplate: "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}",
	}); err != nil {
		return err
	}
	if err := m.AddLoRA(1, 1, []string{"q_proj"}, 1); err != nil { // an adapter that changes nothing: B is zero
		return err
	}
	return hf.SaveAdapter(filepath.Join(dir, "adapter"), m, "alphabet", "")
}

func alphabet(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := saveAlphabet(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}
