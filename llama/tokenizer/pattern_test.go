package tokenizer

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// withPattern is a small tokenizer whose file brings its own split expression,
// given limit for a text instead of the usual seconds.
func withPattern(t *testing.T, pattern string, limit time.Duration) *Tokenizer {
	t.Helper()
	data, err := Train(slices.Values([]string{""}), 256, nil, WithPattern(pattern)).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	tok, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	f := compiled(t, pattern, limit)
	tok.steps[0] = splitter{find: f.find, behavior: isolated}
	return tok
}

func compiled(t *testing.T, pattern string, limit time.Duration) foreign {
	t.Helper()
	f, err := compile(pattern)
	if err != nil {
		t.Fatal(err)
	}
	f.re.MatchTimeout, f.limit = limit, limit
	return f
}

// An expression that backtracks without bound is an error that names it, be it
// one match that never ends or very many slow ones.
func TestPatternWithoutEnd(t *testing.T) {
	for _, c := range []struct{ name, pattern, text string }{
		{"one match", `(a+)+$`, strings.Repeat("a", 40) + "!"},
		{"many matches", `a*a*a*a*b|a`, strings.Repeat("a", 300)},
	} {
		t.Run(c.name, func(t *testing.T) {
			tok := withPattern(t, c.pattern, 300*time.Millisecond)
			ids, err := tok.TryEncode(c.text, Plain)
			var wrong *PatternError
			if !errors.As(err, &wrong) || wrong.Pattern != c.pattern || wrong.Bytes != len(c.text) || ids != nil {
				t.Fatalf("ids %v, error %v", ids, err)
			}
			if !strings.Contains(err.Error(), c.pattern) || strings.Contains(err.Error(), "\n") {
				t.Errorf("message %q", err)
			}
			// Another text is no worse for it.
			if ids, err := tok.TryEncode("ab", Plain); err != nil || tok.Decode(ids) != "ab" {
				t.Errorf("afterwards: %v, %v", ids, err)
			}
		})
	}
}

// Recover is for this one panic.
func TestRecoverLeavesOtherPanics(t *testing.T) {
	defer func() {
		if r := recover(); r != "other" {
			t.Errorf("recovered %v", r)
		}
	}()
	func() (err error) {
		defer Recover(&err)
		panic("other")
	}()
}

// A megabyte of anything takes the split expressions in use, known or foreign,
// a fraction of a second; a quadratic step would take hours.
func TestMegabyteIsLinear(t *testing.T) {
	const n = 1 << 20
	texts := map[string]string{
		"spaces":           strings.Repeat(" ", n),
		"spaces and a":     strings.Repeat(" ", n) + "a",
		"line ends":        strings.Repeat("\n", n),
		"spaced line ends": strings.Repeat(" \n", n/2) + strings.Repeat(" ", n),
		"one word":         strings.Repeat("a", n),
		"digits":           strings.Repeat("7", n),
		"marks":            strings.Repeat("'", n),
		"capitals":         strings.Repeat("A", n),
		"no spaces":        strings.Repeat("語", n/3),
		"bytes":            strings.Repeat("\xff", n),
		"words":            strings.Repeat("word, don't 12345\n", n/18),
	}
	gpt4o := `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	for name, pattern := range map[string]string{"GPT-2": PatternGPT2, "Llama 3": PatternLlama3, "Qwen2": PatternQwen2, "foreign": gpt4o} {
		tok := Train(slices.Values([]string{""}), 256, nil, WithPattern(pattern))
		for kind, text := range texts {
			start := time.Now()
			ids, err := tok.TryEncode(text, Plain)
			if took := time.Since(start); err != nil || len(ids) != len(text) || took > 15*time.Second {
				t.Errorf("%s, %s: %d ids of %d bytes after %v, error %v", name, kind, len(ids), len(text), took, err)
			}
		}
	}
}

// So does normalisation, whatever marks are piled up.
func TestNormalisationIsLinear(t *testing.T) {
	start := time.Now()
	for _, s := range []string{strings.Repeat("\u0301", 1<<19), strings.Repeat("e\u0301\u0323", 1<<18), strings.Repeat("\u0323\u0301", 1<<18)} {
		if got := nfc(s); len(got) > len(s) {
			t.Errorf("%d bytes became %d", len(s), len(got))
		}
	}
	if took := time.Since(start); took > 15*time.Second {
		t.Errorf("took %v", took)
	}
}

// Added tokens that swallow white space, and are some, look at each stretch once.
func TestSpaceTokensAreLinear(t *testing.T) {
	var m matcher
	m.add(" ", &AddedToken{ID: 1, Content: " ", LStrip: true, RStrip: true})
	tokens, between := 0, 0
	m.split(strings.Repeat(" ", 1<<20)+"a ", false, func(s string) { between += len(s) }, func(int32) { tokens++ })
	if tokens != 1<<20+1 || between != 1 {
		t.Errorf("%d tokens, %d bytes between", tokens, between)
	}
}
