package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/renameio/v2"
)

// Save writes a tokenizer.json that Hugging Face tokenizers and Load read.
// The file is complete or absent, and its bytes depend on the tokenizer alone.
func (t *Tokenizer) Save(path string) error {
	data, err := t.MarshalJSON()
	if err != nil {
		return err
	}
	if err := renameio.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("tokenizer: %w", err)
	}
	return nil
}

// MarshalJSON returns the content of a tokenizer.json.
func (t *Tokenizer) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("{\n  \"version\": \"1.0\",\n  \"truncation\": null,\n  \"padding\": null,\n  \"added_tokens\": [")
	for i, a := range t.added {
		sep(&b, i)
		b.Write(jsonText(a))
	}
	b.WriteString("\n  ]")
	for _, c := range []struct {
		name string
		raw  json.RawMessage
	}{
		{"normalizer", t.file.Normalizer}, {"pre_tokenizer", t.file.PreTokenizer},
		{"post_processor", t.file.PostProcessor}, {"decoder", t.file.Decoder},
	} {
		fmt.Fprintf(&b, ",\n  %q: ", c.name)
		if len(c.raw) == 0 {
			b.WriteString("null")
		} else if err := json.Compact(&b, c.raw); err != nil {
			return nil, fmt.Errorf("tokenizer: Save: %s: %w", c.name, err)
		}
	}
	unk := []byte("null")
	if t.unk >= 0 {
		unk = jsonText(t.tokens[t.unk].text)
	}
	fmt.Fprintf(&b, ",\n  \"model\": {\n  \"type\": \"BPE\",\n  \"dropout\": null,\n  \"unk_token\": %s,\n"+
		"  \"continuing_subword_prefix\": null,\n  \"end_of_word_suffix\": null,\n  \"fuse_unk\": %t,\n"+
		"  \"byte_fallback\": false,\n  \"ignore_merges\": %t,\n  \"vocab\": {", unk, t.fuse, t.whole != nil)
	n := 0
	for id, tok := range t.tokens {
		if tok.model {
			sep(&b, n)
			fmt.Fprintf(&b, "%s: %d", jsonText(tok.text), id)
			n++
		}
	}
	b.WriteString("\n  },\n  \"merges\": [")
	for i, m := range t.merges {
		sep(&b, i)
		b.Write(t.mergeText(m))
	}
	b.WriteString("\n  ]\n  }\n}\n")
	return b.Bytes(), nil
}

// mergeText writes "a b", which every version of the library reads, unless a
// token itself holds a space.
func (t *Tokenizer) mergeText(m [2]int32) []byte {
	a, b := t.tokens[m[0]].text, t.tokens[m[1]].text
	if strings.Contains(a+b, " ") || a == "" || b == "" {
		return jsonText([]string{a, b})
	}
	return jsonText(a + " " + b)
}

func sep(b *bytes.Buffer, i int) {
	if i > 0 {
		b.WriteByte(',')
	}
	b.WriteString("\n    ")
}

// jsonText is JSON without the escapes that HTML would need.
func jsonText(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("tokenizer: Save: " + err.Error()) // strings and numbers always encode
	}
	return bytes.TrimSpace(b.Bytes())
}
