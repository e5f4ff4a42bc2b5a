package tokenizer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// GGUF is what a GGUF file says about its tokenizer (tokenizer.ggml.*).
type GGUF struct {
	Model  string   // tokenizer.ggml.model: "gpt2" is byte-level BPE
	Pre    string   // tokenizer.ggml.pre: which split
	Tokens []string // tokenizer.ggml.tokens, by id
	Merges []string // tokenizer.ggml.merges, "a b", by rank
	Types  []int32  // tokenizer.ggml.token_type, by id; may be nil

	BOS, EOS, Pad int32 // -1 when the file names none
	AddBOS        bool  // tokenizer.ggml.add_bos_token
}

// Token types of GGUF.
const (
	ggufNormal      = 1
	ggufControl     = 3
	ggufUserDefined = 4
	ggufUnused      = 5
)

// ggufSplits are the pre-tokenizers of GGUF files that are supported, by name.
var ggufSplits = map[string][]string{
	"gpt-2":            {PatternGPT2},
	"smollm":           {`\p{N}`, PatternGPT2},
	"qwen2":            {PatternQwen2},
	"llama-bpe":        {PatternLlama3},
	"llama3":           {PatternLlama3},
	"llama-v3":         {PatternLlama3},
	"deepseek-r1-qwen": {PatternQwen2},
}

// nfcSplits are those whose models normalise to NFC.
var nfcSplits = map[string]bool{"qwen2": true, "deepseek-r1-qwen": true}

// FromGGUF builds the tokenizer of a GGUF file. Control tokens become special
// tokens, user-defined ones added tokens.
func FromGGUF(g GGUF) (*Tokenizer, error) {
	if g.Model != "" && g.Model != "gpt2" {
		return nil, fmt.Errorf("tokenizer: GGUF tokenizer model %q: only \"gpt2\" (byte-level BPE) is supported", g.Model)
	}
	pre := g.Pre
	if pre == "gpt2" {
		pre = "gpt-2"
	}
	splits, ok := ggufSplits[pre]
	if !ok {
		names := slices.Sorted(maps.Keys(ggufSplits))
		return nil, fmt.Errorf("tokenizer: GGUF pre-tokenizer %q is not supported (known: %s)", g.Pre, strings.Join(names, ", "))
	}
	if g.Types != nil && len(g.Types) != len(g.Tokens) {
		return nil, fmt.Errorf("tokenizer: GGUF: %d token types for %d tokens", len(g.Types), len(g.Tokens))
	}
	f := file{Version: "1.0", Model: &model{Type: "BPE", Vocab: make(map[string]int32, len(g.Tokens))}}
	for id, text := range g.Tokens {
		kind := int32(ggufNormal)
		if g.Types != nil {
			kind = g.Types[id]
		}
		if _, twice := f.Model.Vocab[text]; twice {
			if kind == ggufUnused { // padding of the embedding: never made from text
				continue
			}
			return nil, fmt.Errorf("tokenizer: GGUF: token %q occurs twice", text)
		}
		f.Model.Vocab[text] = int32(id)
		if kind == ggufControl || kind == ggufUserDefined {
			f.Added = append(f.Added, AddedToken{ID: int32(id), Content: text, Special: kind == ggufControl})
		}
	}
	for rank, m := range g.Merges {
		left, right, ok := strings.Cut(m, " ")
		if !ok {
			return nil, fmt.Errorf("tokenizer: GGUF: merge %d %q is not two tokens with a space between", rank, m)
		}
		f.Model.Merges = append(f.Model.Merges, merge{left, right})
	}
	f.components = ggufComponents(splits, nfcSplits[pre])
	if g.AddBOS && g.BOS >= 0 {
		if int(g.BOS) >= len(g.Tokens) {
			return nil, fmt.Errorf("tokenizer: GGUF: bos_token_id %d of %d tokens", g.BOS, len(g.Tokens))
		}
		f.PostProcessor = bosTemplate(g.Tokens[g.BOS], g.BOS)
	}
	t, err := f.tokenizer()
	if err != nil {
		return nil, fmt.Errorf("tokenizer: GGUF: %w", err)
	}
	for _, x := range []struct {
		id int32
		to *int32
	}{{g.BOS, &t.bos}, {g.EOS, &t.eos}, {g.Pad, &t.pad}} {
		if x.id >= 0 && int(x.id) < t.Len() {
			*x.to = x.id
		}
	}
	return t, nil
}

func ggufComponents(splits []string, nfc bool) components {
	c := components{Decoder: json.RawMessage(byteLevelJSON)}
	if nfc {
		c.Normalizer = json.RawMessage(`{"type":"NFC"}`)
	}
	var steps []string
	for _, s := range splits {
		steps = append(steps, stageSplit(s))
	}
	steps = append(steps, byteLevelJSON)
	c.PreTokenizer = json.RawMessage(`{"type":"Sequence","pretokenizers":[` + strings.Join(steps, ",") + `]}`)
	return c
}
