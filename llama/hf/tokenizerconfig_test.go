package hf

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestTokenizerConfig(t *testing.T) {
	dir := t.TempDir()
	if c, err := LoadTokenizerConfig(dir); err != nil || c != (TokenizerConfig{}) {
		t.Errorf("nothing there: %+v, %v", c, err)
	}
	yes := true
	want := TokenizerConfig{BOSToken: "<s>", EOSToken: "</s>", AddBOSToken: &yes, ChatTemplate: "{% if a < b %}x{% endif %}", ModelMaxLength: 512}
	must(t, SaveTokenizerConfig(dir, want))
	got, err := LoadTokenizerConfig(dir)
	must(t, err)
	if !*got.AddBOSToken {
		t.Error("add_bos_token lost")
	}
	got.AddBOSToken = want.AddBOSToken
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}

	path := filepath.Join(dir, tokenizerConfigFile)
	write(t, path, `{"bos_token":{"content":"<|b|>","special":true},"eos_token":null,"model_max_length":1e30,
		"chat_template":[{"name":"tool_use","template":"T"},{"name":"default","template":"D"}]}`)
	got, err = LoadTokenizerConfig(dir)
	must(t, err)
	if got != (TokenizerConfig{BOSToken: "<|b|>", ChatTemplate: "D"}) {
		t.Errorf("got %+v", got)
	}
	write(t, filepath.Join(dir, chatTemplateFile), "file")
	if got, _ = LoadTokenizerConfig(dir); got.ChatTemplate != "file" {
		t.Errorf("template %q", got.ChatTemplate)
	}
	for _, bad := range []string{`{`, `{"bos_token":5}`, `{"chat_template":5}`} {
		write(t, path, bad)
		if _, err := LoadTokenizerConfig(dir); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v", bad, err)
		}
	}
}
