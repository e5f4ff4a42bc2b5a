package chat

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// tokenizers whose ids the conversations of a template may be given in.
func goldenTokenizers(dir string) (out []*tokenizer.Tokenizer) {
	files, _ := filepath.Glob(filepath.Join(dir, "..", "tokenizers", "*", "tokenizer.json"))
	for _, f := range files {
		if tok, err := tokenizer.Load(f); err == nil {
			out = append(out, tok)
		}
	}
	return
}

// Conversations laid out by the templates of real models, as transformers does.
func TestGoldenTemplates(t *testing.T) {
	dir := golden.Dir(t)
	files, _ := filepath.Glob(filepath.Join(dir, "chat", "*.jinja"))
	if len(files) == 0 {
		t.Skip("no chat templates")
	}
	toks := goldenTokenizers(dir)
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".jinja")
		t.Run(name, func(t *testing.T) {
			source, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := os.ReadFile(strings.TrimSuffix(f, ".jinja") + ".json")
			if err != nil {
				t.Fatal(err)
			}
			v, err := pyliteral.FromJSON(string(raw))
			if err != nil {
				t.Fatal(err)
			}
			doc := v.(pyliteral.Dict)
			text := func(d pyliteral.Dict, key string) string {
				v, _ := d.Get(key)
				s, _ := v.(string)
				return s
			}
			tmpl, err := NewTemplate(string(source), text(doc, "bos_token"), text(doc, "eos_token"))
			if err != nil {
				t.Fatal(err)
			}
			cases, _ := doc.Get("cases")
			ids := 0
			for _, c := range cases.(pyliteral.List) {
				c := c.(pyliteral.Dict)
				var in TemplateInput
				get := func(key string) any { v, _ := c.Get(key); return v }
				in.Messages, _ = get("messages").(pyliteral.List)
				in.Tools, _ = get("tools").(pyliteral.List)
				in.Variables, _ = get("variables").(pyliteral.Dict)
				in.AddGenerationPrompt, _ = get("add_generation_prompt").(bool)
				got, err := tmpl.Render(in)
				if want := text(c, "error"); want != "" {
					// What a template says itself (raise_exception) is told as it is; how
					// Python words a wrong operand is Python's.
					class, msg, _ := strings.Cut(want, ": ")
					if err == nil || class == "TemplateError" && !strings.Contains(err.Error(), msg) {
						t.Errorf("%s: error %v, want %s", text(c, "name"), err, want)
					}
					continue
				}
				if want := text(c, "text"); err != nil || got != want {
					t.Errorf("%s: %v\n got %q\nwant %q", text(c, "name"), err, got, want)
					continue
				}
				if want, ok := get("ids").(pyliteral.List); ok {
					ids += checkIDs(t, toks, name, got, want)
				}
			}
			t.Logf("%d conversations, ids of %d compared", len(cases.(pyliteral.List)), ids)
		})
	}
}

// A megabyte of short messages, or of one, takes the templates of real models a
// moment.
func TestGoldenTemplatesScale(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(golden.Dir(t), "chat", "*.jinja"))
	if len(files) == 0 {
		t.Skip("no chat templates")
	}
	message := func(role, content string) pyliteral.Dict {
		return pyliteral.Dict{{Key: "role", Value: role}, {Key: "content", Value: content}}
	}
	var many pyliteral.List
	for range 10000 {
		many = append(many, message("user", strings.Repeat("ask ", 10)), message("assistant", strings.Repeat("say ", 10)))
	}
	one := pyliteral.List{message("user", strings.Repeat("word <x> ", 1<<20/9))}
	for _, f := range files {
		source, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		tmpl, err := NewTemplate(string(source), "<s>", "</s>")
		if err != nil {
			t.Fatal(err)
		}
		for _, messages := range []pyliteral.List{many, one} {
			start := time.Now()
			text, err := tmpl.Render(TemplateInput{Messages: messages, AddGenerationPrompt: true})
			took := time.Since(start)
			t.Logf("%s: %d messages, %d bytes, %v", filepath.Base(f), len(messages), len(text), took)
			if err != nil || len(text) < 700_000 || took > 20*time.Second {
				t.Errorf("%s: %d messages make %d bytes after %v: %v", filepath.Base(f), len(messages), len(text), took, err)
			}
		}
	}
}

// checkIDs compares with the ids of the tokenizer that has them; 0 when none of
// those at hand is the right one (its kind is not supported yet).
func checkIDs(t *testing.T, toks []*tokenizer.Tokenizer, name, text string, want pyliteral.List) int {
	ids := make([]int32, len(want))
	for i, v := range want {
		ids[i] = int32(v.(int64))
	}
	for _, tok := range toks {
		if tok.Decode(ids) == text {
			if got := tok.Encode(text, tokenizer.Special); !slices.Equal(got, ids) {
				t.Errorf("%s: ids of %q:\n got %v\nwant %v", name, text, got, ids)
			}
			return 1
		}
	}
	return 0
}
