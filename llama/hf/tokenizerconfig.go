package hf

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

// TokenizerConfig is what we use of tokenizer_config.json.
type TokenizerConfig struct {
	BOSToken string // "" when there is none
	EOSToken string
	PadToken string
	// AddBOSToken is add_bos_token, nil when the file does not say.
	AddBOSToken *bool
	// ChatTemplate is the Jinja text that lays out a conversation, "" when
	// there is none; from chat_template.jinja where that file exists.
	ChatTemplate   string
	ModelMaxLength int // tokens; 0 when unknown
}

const (
	tokenizerConfigFile = "tokenizer_config.json"
	chatTemplateFile    = "chat_template.jinja"
)

// LoadTokenizerConfig reads tokenizer_config.json, and chat_template.jinja if
// there is one. A checkpoint without these files gives the zero value.
func LoadTokenizerConfig(dir string) (TokenizerConfig, error) {
	var c TokenizerConfig
	path := filepath.Join(dir, tokenizerConfigFile)
	text, err := os.ReadFile(path)
	if err == nil {
		if c, err = parseTokenizerConfig(text); err != nil {
			return c, fmt.Errorf("hf: %s: %w", path, err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("hf: %w", err)
	}
	template, err := os.ReadFile(filepath.Join(dir, chatTemplateFile))
	if err == nil {
		c.ChatTemplate = string(template)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("hf: %w", err)
	}
	return c, nil
}

func parseTokenizerConfig(text []byte) (TokenizerConfig, error) {
	var f struct {
		BOS            tokenText       `json:"bos_token"`
		EOS            tokenText       `json:"eos_token"`
		Pad            tokenText       `json:"pad_token"`
		AddBOS         *bool           `json:"add_bos_token"`
		ChatTemplate   json.RawMessage `json:"chat_template"`
		ModelMaxLength float64         `json:"model_max_length"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return TokenizerConfig{}, jsonerr.Explain(err)
	}
	c := TokenizerConfig{BOSToken: string(f.BOS), EOSToken: string(f.EOS), PadToken: string(f.Pad), AddBOSToken: f.AddBOS}
	if f.ModelMaxLength > 0 && f.ModelMaxLength < 1e9 { // the library writes 1e30 for "unknown"
		c.ModelMaxLength = int(f.ModelMaxLength)
	}
	var err error
	c.ChatTemplate, err = parseTemplates(f.ChatTemplate)
	return c, err
}

// parseTemplates reads a chat_template: one text, or a list of named ones, of
// which "default" is taken.
func parseTemplates(raw json.RawMessage) (string, error) {
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return "", nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return one, nil
	}
	var named []struct{ Name, Template string }
	if err := json.Unmarshal(raw, &named); err != nil {
		return "", errors.New("chat_template is neither a text nor a list of named templates")
	}
	for _, t := range named {
		if t.Name == "default" {
			return t.Template, nil
		}
	}
	return "", nil
}

// tokenText is a token written as text, as {"content": text, …}, or null.
type tokenText string

func (t *tokenText) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var o struct{ Content string }
		err := json.Unmarshal(b, &o)
		*t = tokenText(o.Content)
		return err
	}
	return json.Unmarshal(b, (*string)(t))
}

// SaveTokenizerConfig writes tokenizer_config.json into dir.
func SaveTokenizerConfig(dir string, c TokenizerConfig) error {
	f := struct {
		TokenizerClass string  `json:"tokenizer_class"`
		BOS            *string `json:"bos_token"`
		EOS            *string `json:"eos_token"`
		Pad            *string `json:"pad_token"`
		AddBOS         *bool   `json:"add_bos_token,omitempty"`
		ChatTemplate   string  `json:"chat_template,omitempty"`
		ModelMaxLength int     `json:"model_max_length,omitempty"`
		CleanUp        bool    `json:"clean_up_tokenization_spaces"`
	}{
		"PreTrainedTokenizerFast", ptr(c.BOSToken), ptr(c.EOSToken), ptr(c.PadToken), c.AddBOSToken, c.ChatTemplate, c.ModelMaxLength, false,
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(f); err != nil {
		return fmt.Errorf("hf: tokenizer_config.json: %w", err)
	}
	return writeFile(filepath.Join(dir, tokenizerConfigFile), b.Bytes())
}

func ptr(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// GenerationEOS returns the ids of eos_token_id in generation_config.json, which
// chat models use to name the end of a turn; nil when there is no such file.
func GenerationEOS(dir string) ([]int32, error) {
	path := filepath.Join(dir, "generation_config.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("hf: %w", err)
	}
	var c struct {
		EOS json.RawMessage `json:"eos_token_id"`
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("hf: %s: %w", path, jsonerr.Explain(err))
	}
	var one *int32
	if json.Unmarshal(c.EOS, &one) == nil && one != nil {
		return []int32{*one}, nil
	}
	var list []int32
	if len(c.EOS) > 0 && json.Unmarshal(c.EOS, &list) != nil {
		return nil, fmt.Errorf("hf: %s: eos_token_id is neither a number nor a list of numbers", path)
	}
	return list, nil
}
