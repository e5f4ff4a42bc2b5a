package endpoint

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// decode reads a JSON text that is not trusted.
func decode(body []byte, maxDepth int) (any, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if !utf8.Valid(body) {
		return nil, errors.New("not UTF-8")
	}
	if d := depth(body, maxDepth); d > maxDepth {
		return nil, fmt.Errorf("nested more than %d deep", maxDepth)
	}
	v, err := pyliteral.FromJSON(string(body))
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	return v, nil
}

// depth is how deep a JSON text is nested, or more than most if it is deeper.
func depth(text []byte, most int) int {
	deepest, now, inText := 0, 0, false
	for i := 0; i < len(text) && deepest <= most; i++ {
		switch c := text[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '[' || c == '{':
			now++
			deepest = max(deepest, now)
		case c == ']' || c == '}':
			now--
		}
	}
	return deepest
}
