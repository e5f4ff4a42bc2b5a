package gguf

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// vocabulary is the metadata of a byte-level tokenizer: the 256 bytes, "ab",
// and two control tokens.
func vocabulary() []kv {
	base := tokenizer.Train(slices.Values([]string{""}), 256, nil)
	var tokens []string
	for id := range base.Len() {
		tokens = append(tokens, base.Token(int32(id)))
	}
	tokens = append(tokens, "ab", "<|begin|>", "<|end|>")
	types := binary.LittleEndian.AppendUint32(nil, typeList)
	types = binary.LittleEndian.AppendUint32(types, typeI32)
	types = binary.LittleEndian.AppendUint64(types, uint64(len(tokens)))
	for i := range tokens {
		kind := uint32(1) // normal
		if i >= 257 {
			kind = 3 // control
		}
		types = binary.LittleEndian.AppendUint32(types, kind)
	}
	yes := append(binary.LittleEndian.AppendUint32(nil, typeBool), 1)
	return []kv{{"tokenizer.ggml.model", "gpt2"}, {"tokenizer.ggml.pre", "smollm"}, {"tokenizer.ggml.tokens", tokens},
		{"tokenizer.ggml.merges", []string{"a b"}}, {"tokenizer.ggml.token_type", types},
		{"tokenizer.ggml.bos_token_id", 257}, {"tokenizer.ggml.eos_token_id", 258}, {"tokenizer.ggml.add_bos_token", yes}}
}

func TestTokenizer(t *testing.T) {
	f, err := open(encode(vocabulary(), nil))
	if err != nil {
		t.Fatal(err)
	}
	tok, err := f.Tokenizer()
	if err != nil {
		t.Fatal(err)
	}
	ids := tok.Encode("ab<|end|>", tokenizer.WithAdditions)
	if !slices.Equal(ids, []int32{257, 256, 258}) || tok.EOS() != 258 || tok.Decode(ids) != "<|begin|>ab<|end|>" {
		t.Errorf("ids %v, EOS %d, text %q", ids, tok.EOS(), tok.Decode(ids))
	}
	if ids := tok.Encode("<|end|>", tokenizer.Plain); slices.Contains(ids, 258) {
		t.Errorf("plain text became the control token: %v", ids)
	}
}

func TestTokenizerErrors(t *testing.T) {
	for _, c := range []struct {
		key   string
		value any
		want  string
	}{
		{"tokenizer.ggml.model", "llama", `"llama"`},
		{"tokenizer.ggml.pre", "unheard-of", `"unheard-of"`},
		{"tokenizer.ggml.tokens", []string{}, "no tokenizer"},
		{"tokenizer.ggml.tokens", []string{"a"}, "token types"},
		{"tokenizer.ggml.merges", []string{"ab"}, "merge 0"},
		{"tokenizer.ggml.eos_token_id", "x", "tokenizer.ggml.eos_token_id"},
	} {
		meta := vocabulary()
		for i := range meta {
			if meta[i].key == c.key {
				meta[i].value = c.value
			}
		}
		f, err := open(encode(meta, nil))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Tokenizer(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "x.gguf") {
			t.Errorf("%s = %v: error %v, want %q", c.key, c.value, err, c.want)
		}
	}
}
