package jsonitems

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func Example() {
	for it, err := range Object(strings.NewReader(`{"a": 1, "b\u00e9": {"x": "},"}}`)) {
		fmt.Println(it.Key, it.Text, it.Offset, err)
	}
	for it, err := range Array(strings.NewReader(`[ [1, 2] , NaN,"x"`)) {
		fmt.Println(it.Text, err)
	}
	// Output:
	// a 1 6 <nil>
	// bé {"x": "},"} 20 <nil>
	// [1, 2]  <nil>
	// NaN <nil>
	//  byte 18: the text ends too early
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                 "byte 0: the text ends too early",
		"[]":               `expected '{', found '['`,
		`{"a" 1}`:          `expected ':' after a key, found '1'`,
		`{a: 1}`:           "expected a key in double quotes, found 'a'",
		`{"\q": 1}`:        "unknown escape",
		`{"a": 1,}`:        "expected a key in double quotes",
		`{"a": ,}`:         "expected a value, found ','",
		`{"a": 1} x`:       "expected the end, found 'x'",
		`{"a": {"b": "\"}`: "the text ends too early",
	} {
		var got error
		for _, err := range Object(strings.NewReader(text)) {
			got = err
		}
		if got == nil || !strings.Contains(got.Error(), want) {
			t.Errorf("%s: %v, want %q", text, got, want)
		}
	}
	broken := iotest.ErrReader(io.ErrClosedPipe)
	for _, err := range Object(broken) {
		if err != io.ErrClosedPipe {
			t.Errorf("a reader that fails: %v", err)
		}
	}
	for range Object(strings.NewReader(`{"a": 1, "b": 2}`)) {
		break // must not go on
	}
}

// Whatever encoding/json takes, comes back entry by entry with the same values.
func FuzzObject(f *testing.F) {
	f.Add(`{"a": [1, {"b": "]"}], "c": "\\\"", "": null}`)
	f.Add(`{}`)
	f.Fuzz(func(t *testing.T, text string) {
		var want map[string]json.RawMessage
		valid := json.Unmarshal([]byte(text), &want) == nil && want != nil
		got := map[string]string{}
		for it, err := range Object(strings.NewReader(text)) {
			if err != nil {
				if valid {
					t.Fatalf("%q: %v", text, err)
				}
				return
			}
			got[it.Key] = it.Text
			if text[it.Offset:it.Offset+int64(len(it.Text))] != it.Text {
				t.Fatalf("%q: entry %q is not at %d", text, it.Text, it.Offset)
			}
		}
		if !valid {
			return
		}
		if strings.Contains(text, `\u`) { // lone surrogates in keys differ
			return
		}
		for k, v := range want {
			if strings.TrimSpace(got[k]) != strings.TrimSpace(string(v)) {
				t.Fatalf("%q: %q is %q, want %q", text, k, got[k], v)
			}
		}
	})
}
