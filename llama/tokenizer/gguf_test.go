package tokenizer

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// asGGUF writes a tokenizer the way a GGUF file holds it.
func asGGUF(t *Tokenizer, pre string) GGUF {
	g := GGUF{Model: "gpt2", Pre: pre, BOS: t.BOS(), EOS: t.EOS(), Pad: t.Pad(), AddBOS: len(t.Prefix()) > 0}
	if g.AddBOS {
		g.BOS = t.Prefix()[0]
	}
	for id := range t.Len() {
		g.Tokens = append(g.Tokens, t.Token(int32(id)))
		g.Types = append(g.Types, ggufNormal)
	}
	for _, a := range t.Added() {
		g.Types[a.ID] = ggufUserDefined
		if a.Special {
			g.Types[a.ID] = ggufControl
		}
	}
	for _, m := range t.merges {
		g.Merges = append(g.Merges, t.Token(m[0])+" "+t.Token(m[1]))
	}
	return g
}

func TestFromGGUF(t *testing.T) {
	for name, pre := range map[string]string{"tiny-bpe": "llama-bpe", "tiny-bpe-gpt2": "smollm"} {
		dir := filepath.Join("testdata", name)
		want, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		got, err := FromGGUF(asGGUF(want, pre))
		if err != nil {
			t.Fatal(err)
		}
		testVectors(t, got, jsonLines[vector](t, filepath.Join(dir, "vectors.jsonl")))
		if !slices.Equal(got.Prefix(), want.Prefix()) {
			t.Errorf("%s: prefix %v, want %v", name, got.Prefix(), want.Prefix())
		}
	}
}

func TestFromGGUFErrors(t *testing.T) {
	good, err := Load("testdata/tiny-bpe")
	if err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*GGUF){
		`tokenizer model "llama"`:   func(g *GGUF) { g.Model = "llama" },
		`pre-tokenizer "x"`:         func(g *GGUF) { g.Pre = "x" },
		"types for":                 func(g *GGUF) { g.Types = g.Types[1:] },
		"occurs twice":              func(g *GGUF) { g.Tokens[300] = g.Tokens[301] },
		"merge 3 \"ab\" is not two": func(g *GGUF) { g.Merges[3] = "ab" },
		"is not in the vocabulary":  func(g *GGUF) { g.Merges[3] = "nowhere a" },
		"bos_token_id 9999":         func(g *GGUF) { g.BOS = 9999 },
		"model.vocab is empty":      func(g *GGUF) { g.Tokens, g.Types, g.AddBOS = nil, nil, false },
	} {
		g := asGGUF(good, "llama-bpe")
		spoil(&g)
		if _, err := FromGGUF(g); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
