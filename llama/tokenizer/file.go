package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

// file is tokenizer.json as Hugging Face tokenizers writes it.
type file struct {
	Version string       `json:"version"`
	Added   []AddedToken `json:"added_tokens"`
	components
	Model *model `json:"model"`
}

// components are the stages around the model. They are kept as they were read,
// so that Save writes the same.
type components struct {
	Normalizer    json.RawMessage `json:"normalizer"`
	PreTokenizer  json.RawMessage `json:"pre_tokenizer"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Decoder       json.RawMessage `json:"decoder"`
}

type model struct {
	Type         string           `json:"type"`
	Dropout      *float64         `json:"dropout"`
	Unk          *string          `json:"unk_token"`
	Prefix       *string          `json:"continuing_subword_prefix"`
	Suffix       *string          `json:"end_of_word_suffix"`
	FuseUnk      bool             `json:"fuse_unk"`
	ByteFallback bool             `json:"byte_fallback"`
	IgnoreMerges bool             `json:"ignore_merges"`
	Vocab        map[string]int32 `json:"vocab"`
	Merges       []merge          `json:"merges"`
}

// merge is one pair: "a b" in older files, ["a", "b"] in newer ones.
type merge [2]string

func (m *merge) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		left, right, ok := strings.Cut(s, " ")
		if !ok || left == "" || right == "" || strings.Contains(right, " ") {
			return fmt.Errorf("merge %q is not two tokens with one space between", s)
		}
		*m = merge{left, right}
		return nil
	}
	var pair []string
	if err := json.Unmarshal(b, &pair); err != nil || len(pair) != 2 {
		return fmt.Errorf("merge %.60s is neither \"a b\" nor [\"a\", \"b\"]", b)
	}
	*m = merge{pair[0], pair[1]}
	return nil
}

// Parse reads the content of a tokenizer.json.
func Parse(data []byte) (*Tokenizer, error) {
	var f file
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("tokenizer: not a tokenizer.json: %w", err)
	}
	t, err := f.tokenizer()
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	return t, nil
}

// tokenizer checks the file and builds the tokenizer.
func (f *file) tokenizer() (*Tokenizer, error) {
	t := &Tokenizer{unk: -1, bos: -1, eos: -1, pad: -1, file: f.components}
	if f.Model == nil {
		return nil, fmt.Errorf("no model in it")
	}
	if err := f.Model.supported(); err != nil {
		return nil, err
	}
	if err := t.setVocabulary(f.Model.Vocab, f.Added); err != nil {
		return nil, err
	}
	if err := t.setMerges(f.Model); err != nil {
		return nil, err
	}
	if u := f.Model.Unk; u != nil && *u != "" {
		id, ok := f.Model.Vocab[*u]
		if !ok {
			return nil, fmt.Errorf("model.unk_token %q is not in the vocabulary", *u)
		}
		t.unk, t.fuse = id, f.Model.FuseUnk
	}
	if err := t.setNormalizer(f.Normalizer); err != nil {
		return nil, fmt.Errorf("normalizer: %w", err)
	}
	byteLevel, err := t.addPreTokenizer(f.PreTokenizer, 0)
	if err != nil {
		return nil, fmt.Errorf("pre_tokenizer: %w", err)
	}
	if !byteLevel {
		return nil, fmt.Errorf("pre_tokenizer: no ByteLevel in it: only byte-level BPE is supported")
	}
	if err := t.addPostProcessor(f.PostProcessor, 0); err != nil {
		return nil, fmt.Errorf("post_processor: %w", err)
	}
	if err := checkDecoder(f.Decoder, 0); err != nil {
		return nil, fmt.Errorf("decoder: %w", err)
	}
	t.finish()
	return t, nil
}

func (m *model) supported() error {
	nonEmpty := func(s *string) bool { return s != nil && *s != "" }
	switch {
	case m.Type != "" && m.Type != "BPE":
		return fmt.Errorf("model type %q: only byte-level BPE is supported", m.Type)
	case m.ByteFallback:
		return fmt.Errorf("model.byte_fallback: a SentencePiece tokenizer; only byte-level BPE is supported")
	case m.Dropout != nil && *m.Dropout != 0:
		return fmt.Errorf("model.dropout %g: BPE dropout is not supported; set it to null", *m.Dropout)
	case nonEmpty(m.Prefix):
		return fmt.Errorf("model.continuing_subword_prefix %q is not supported", *m.Prefix)
	case nonEmpty(m.Suffix):
		return fmt.Errorf("model.end_of_word_suffix %q is not supported", *m.Suffix)
	case len(m.Vocab) == 0:
		return fmt.Errorf("model.vocab is empty")
	}
	return nil
}

// setVocabulary numbers the tokens. Ids may have gaps, but not so many that a
// damaged file could ask for any amount of memory.
func (t *Tokenizer) setVocabulary(vocab map[string]int32, added []AddedToken) error {
	limit := int32(2*(len(vocab)+len(added)) + 1<<16)
	put := func(text, bytes string, id int32, model bool) error {
		if id < 0 || id >= limit {
			return fmt.Errorf("token %q: id %d outside of 0…%d", text, id, limit-1)
		}
		for int(id) >= len(t.tokens) {
			t.tokens = append(t.tokens, token{})
		}
		if old := t.tokens[id]; old.used && old.text != text {
			a, b := min(old.text, text), max(old.text, text)
			return fmt.Errorf("tokens %q and %q both have id %d", a, b, id)
		}
		t.tokens[id] = token{text: text, bytes: bytes, used: true, model: model || t.tokens[id].model}
		t.ids[text] = id
		return nil
	}
	t.ids = make(map[string]int32, len(vocab)+len(added))
	for _, text := range sortedKeys(vocab) {
		raw, _ := toBytes(text)
		if err := put(text, raw, vocab[text], true); err != nil {
			return err
		}
	}
	t.added = append([]AddedToken(nil), added...)
	sort.SliceStable(t.added, func(i, j int) bool { return t.added[i].ID < t.added[j].ID })
	for _, a := range t.added {
		if a.Content == "" {
			return fmt.Errorf("added token %d is empty", a.ID)
		}
		if id, ok := t.ids[a.Content]; ok && id != a.ID {
			return fmt.Errorf("added token %q has id %d, but %d elsewhere", a.Content, a.ID, id)
		}
		if err := put(a.Content, a.Content, a.ID, false); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tokenizer) setMerges(m *model) error {
	t.pairs = newPairTable(len(m.Merges))
	t.merges = make([][2]int32, len(m.Merges))
	for rank, mg := range m.Merges {
		a, okA := m.Vocab[mg[0]]
		b, okB := m.Vocab[mg[1]]
		id, ok := m.Vocab[mg[0]+mg[1]]
		switch {
		case !okA, !okB, !ok:
			missing := mg[0] + mg[1]
			if !okA {
				missing = mg[0]
			} else if !okB {
				missing = mg[1]
			}
			return fmt.Errorf("merge %d (%q, %q): %q is not in the vocabulary", rank, mg[0], mg[1], missing)
		}
		t.pairs.put(a, b, int32(rank), id)
		t.merges[rank] = [2]int32{a, b}
	}
	if m.IgnoreMerges {
		t.whole = make(map[string]int32, len(m.Vocab))
		for text, id := range m.Vocab {
			if raw, ok := toBytes(text); ok {
				t.whole[raw] = id
			}
		}
	}
	return nil
}

func sortedKeys(m map[string]int32) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
