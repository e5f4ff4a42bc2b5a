package endpoint

import (
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Whatever a server sends, reading it ends, in an answer or in an error.
func FuzzAnswers(f *testing.F) {
	f.Add(good)
	f.Add(`{"choices": [{"message": {"content": null, "tool_calls": [{"id": 1, "function": {"name": "f", "arguments": {"x": 1e400}}}], "function_call": {"arguments": [NaN]}}}], "usage": {"prompt_tokens": -1}}`)
	f.Add(`{"data": [{"index": 0, "embedding": [1, 2.5, -1e39]}, {"embedding": [1]}]}`)
	f.Add("\ufeff[[[[")
	c, err := New(Options{BaseURL: "http://x"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := decode([]byte(s), 20)
		if err != nil {
			return
		}
		if deepest, _ := extent([]byte(s), 20); deepest > 20 {
			t.Errorf("%q is too deep and was read", s)
		}
		d, ok := v.(pyliteral.Dict)
		if !ok {
			return
		}
		choices, err := readChoices(d)
		if (err == nil) != (len(choices) > 0) && err == nil {
			t.Errorf("%q: no choices and no error", s)
		}
		vectors, err := readVectors(d, 2)
		if err == nil && (len(vectors) != 2 || len(vectors[0]) == 0 || len(vectors[0]) != len(vectors[1])) {
			t.Errorf("%q: vectors %v", s, vectors)
		}
		if u := c.usage(d); u.PromptTokens < 0 || u.CompletionTokens < 0 {
			t.Errorf("%q: usage %v", s, u)
		}
		if e := c.shape("/x", 1, d, nil); len(e.Error()) > 4*excerptBytes+200 || strings.Contains(e.Error(), "\n") {
			t.Errorf("%q: error %v", s, e)
		}
	})
}
