package tokenizer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/internal/jsonerr"
)

// ErrKind is the error of a tokenizer.json that is in order but of another kind.
var ErrKind = errors.New("only byte-level BPE is supported")

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
		return nil, fmt.Errorf("tokenizer: not a tokenizer.json: %w", jsonerr.Explain(err))
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
		return nil, fmt.Errorf("pre_tokenizer: no ByteLevel in it: %w", ErrKind)
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
		return fmt.Errorf("model type %q: %w", m.Type, ErrKind)
	case m.ByteFallback:
		return fmt.Errorf("model.byte_fallback: a SentencePiece tokenizer; %w", ErrKind)
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
