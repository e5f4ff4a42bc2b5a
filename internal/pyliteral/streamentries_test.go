package pyliteral

import (
	"slices"
	"strings"
	"testing"
)

// The place of a value is where its text stands.
func TestStreamEntries(t *testing.T) {
	text := ` { "a" : [1, "}"] ,"b":2, "c": {"d": null}  } `
	var got []string
	for e, err := range StreamEntries(strings.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, text[e.From:e.To])
	}
	if want := []string{`[1, "}"]`, "2", `{"d": null}`}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
