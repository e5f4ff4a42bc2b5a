package tokenizer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/stepgrain/stepgrain/internal/jsonerr"
)

// Load reads a tokenizer.json, or the one in a directory. A
// tokenizer_config.json beside it names the BOS, EOS and padding tokens.
func Load(path string) (*Tokenizer, error) {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		path = filepath.Join(path, "tokenizer.json")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w", err)
	}
	if kind := otherKind(path, data); kind != "" {
		return nil, fmt.Errorf("tokenizer: %s: %s is not supported yet; give a byte-level tokenizer.json", path, kind)
	}
	t, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", err, path)
	}
	config := filepath.Join(filepath.Dir(path), "tokenizer_config.json")
	if err := t.loadConfig(config); err != nil {
		return nil, err
	}
	return t, nil
}

// otherKind recognises the other kinds of tokenizer files that go by.
func otherKind(path string, data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("GGUF")):
		return "a GGUF file given as tokenizer"
	case len(data) > 2 && data[0] == 0x0A && filepath.Ext(path) == ".model":
		return "a SentencePiece model"
	case bytes.HasPrefix(data, []byte("IQ== 0\n")):
		return "a tiktoken file"
	}
	return ""
}

// named is a token in tokenizer_config.json: "x", {"content": "x"} or null.
type named struct{ content string }

func (n *named) UnmarshalJSON(b []byte) error {
	var obj struct {
		Content string `json:"content"`
	}
	if json.Unmarshal(b, &n.content) == nil {
		return nil
	}
	err := json.Unmarshal(b, &obj)
	n.content = obj.Content
	return err
}

func (t *Tokenizer) loadConfig(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("tokenizer: %w", err)
	}
	var c struct {
		BOS named `json:"bos_token"`
		EOS named `json:"eos_token"`
		Pad named `json:"pad_token"`
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return fmt.Errorf("tokenizer: %s: %w", path, jsonerr.Explain(err))
	}
	t.setNamed(c.BOS.content, c.EOS.content, c.Pad.content)
	return nil
}

// setNamed sets BOS, EOS and padding by name; unknown names leave them unset.
func (t *Tokenizer) setNamed(bos, eos, pad string) {
	for _, x := range []struct {
		name string
		to   *int32
	}{{bos, &t.bos}, {eos, &t.eos}, {pad, &t.pad}} {
		if id, ok := t.ids[x.name]; ok && x.name != "" {
			*x.to = id
		}
	}
}
