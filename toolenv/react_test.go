package toolenv

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestParseReAct(t *testing.T) {
	for _, c := range []struct {
		text, name, args, thought string
		kind                      ParseErrorKind
	}{
		{text: "Action: f\nAction Input: {}", name: "f", args: "{}"},
		{text: "Action:  get_x_for_y \nAction Input:\n{\"a\": 1}\n", name: "get_x_for_y", args: `{"a": 1}`},
		{text: "Thought: first this\nAction: f\nAction Input: {\n  \"q\": \"a\\nb\"\n}", name: "f", args: "{\n  \"q\": \"a\\nb\"\n}", thought: "first this"},
		{text: "Thought: Action: is a word\nAction: f\nAction Input: {}", name: "f", args: "{}", thought: "Action: is a word"},
		{text: "Action: f\nAction Input: {\"a\":1}\nThought: and then\nFunction: {}", name: "f", args: `{"a":1}`},
		{text: "Action: f\nAction Input: {}\nAction: g\nAction Input: {\"b\":2}", name: "g", args: `{"b":2}`},
		{text: "Action: f\nAction Input: {}\nAction: g\nAction Input: {\"b\":", name: "f", args: `{}`}, // the last well-formed pair
		{text: "", kind: NoAction},
		{text: "I think it is 7.", kind: NoAction},
		{text: "say Action: f\nAction Input: {}", kind: NoAction}, // not at the start of a line
		{text: "Action: f", kind: NoInput},
		{text: "Action: f\nAction Input {}", kind: NoInput},
		{text: "Action: \nAction Input: {}", kind: EmptyName},
		{text: "Action: f\nAction Input: {\"a\":", kind: InputNotJSON},
		{text: "Action: f\nAction Input: {} and more", kind: InputNotJSON},
		{text: "Action: f\nAction Input: ", kind: InputNotJSON},
		{text: "Action: f\nAction Input: [1]", kind: InputNoDict},
		{text: "Action: f\nAction Input: null", kind: InputNoDict},
	} {
		call, thought, err := ParseReAct(c.text)
		if c.kind != "" {
			perr, ok := err.(*ParseError)
			if !ok || perr.Kind != c.kind {
				t.Errorf("ParseReAct(%q): error %v, want %q", c.text, err, c.kind)
			} else if !json.Valid([]byte(perr.Observation())) {
				t.Errorf("observation of %q is not JSON: %s", c.kind, perr.Observation())
			}
			continue
		}
		if err != nil || call.Name != c.name || string(call.Args) != c.args || thought != c.thought {
			t.Errorf("ParseReAct(%q) = %q %s, thought %q, error %v", c.text, call.Name, call.Args, thought, err)
		}
	}
}

// FuzzParseReAct: whatever a model writes, the parser answers, and what it
// accepts can be written and read again.
func FuzzParseReAct(f *testing.F) {
	for _, s := range []string{"Action: f\nAction Input: {}", "Thought: x\nAction: f\nAction Input: {\"a\":[1,{\"b\":null}]}", "Action:\nAction:", "Action: a\nAction Input: {}\nThought:", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		call, _, err := ParseReAct(text)
		if err != nil {
			if _, ok := err.(*ParseError); !ok {
				t.Fatalf("error %T", err)
			}
			return
		}
		if call.Name == "" || strings.Contains(call.Name, "\n") || !json.Valid(call.Args) {
			t.Fatalf("accepted %q %q", call.Name, call.Args)
		}
		again, _, err := ParseReAct(FormatAction(call.Name, string(call.Args)))
		if err != nil || again.Name != call.Name || string(again.Args) != string(call.Args) {
			t.Fatalf("read %q %q, wrote it, read %q %q, %v", call.Name, call.Args, again.Name, again.Args, err)
		}
	})
}

// FuzzParseReleased: never fails, never panics, and the input is always an end
// of the text.
func FuzzParseReleased(f *testing.F) {
	for _, s := range []string{"", "Action: ", "Thought: a\nAction: b\nAction Input: c", "Action Input: Action: Thought: ", "搜\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, _, input := ParseReleased(text)
		if n := len([]rune(input)); n > len([]rune(text)) {
			t.Fatalf("input of %d characters from %d", n, len([]rune(text)))
		}
	})
}

// A megabyte of calls that are cut off takes milliseconds: nothing is read again
// for each of them. (A minute, were it.)
func TestParseReActLong(t *testing.T) {
	text := strings.Repeat("Action: x\nAction Input: {\n", 40000)
	begin := time.Now()
	if _, _, err := ParseReAct(text); err == nil || err.(*ParseError).Kind != InputNotJSON {
		t.Errorf("%v", err)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("%d bytes took %v", len(text), took)
	}
	call, _, err := ParseReAct("Action: first\nAction Input: {}\n" + text)
	if err != nil || call.Name != "first" {
		t.Errorf("%+v, %v", call, err)
	}
}
