package jsonerr

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	type inner struct {
		Size int32 `json:"size"`
	}
	var to struct {
		A     int      `json:"a"`
		List  []string `json:"list"`
		Map   map[string]float64
		Flag  bool   `json:"flag"`
		Inner *inner `json:"inner"`
	}
	for text, want := range map[string]string{
		`[]`:                              "the text is an array, not an object",
		`{"a": "x"}`:                      "a is a string, not an integer of 64 bits",
		`{"a": 1.5}`:                      "a is the number 1.5, not an integer of 64 bits",
		`{"list": {}}`:                    "list is an object, not an array",
		`{"list": [1]}`:                   "list is a number, not a string",
		`{"Map": {"k": []}}`:              "Map is an array, not a number",
		`{"flag": "yes"}`:                 "flag is a string, not true or false",
		`{"inner": {"size": 3000000000}}`: "inner.size is the number 3000000000, not an integer of 32 bits",
		`{"a" 1}`:                         "invalid character '1' after object key (at byte 6)",
	} {
		err := Explain(json.Unmarshal([]byte(text), &to))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if Explain(nil) != nil {
		t.Error("nil is an error")
	}
	other := errors.New("other")
	if Explain(other) != other {
		t.Error("another error changes")
	}
}
