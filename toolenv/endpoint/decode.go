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
	d, values := extent(body, maxDepth)
	if d > maxDepth {
		return nil, fmt.Errorf("nested more than %d deep", maxDepth)
	}
	if values > maxValues {
		return nil, fmt.Errorf("%w: %d values, the limit is %d", errTooLarge, values, maxValues)
	}
	v, err := pyliteral.FromJSON(string(body))
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	return v, nil
}

// maxValues bounds the values of an answer: in memory each takes many times the
// two bytes that it may take in the text. Vectors of 600 texts fit.
const maxValues = 2_000_000

// extent is how deep a JSON text is nested, or more than most if it is deeper, and
// how many values follow another one.
func extent(text []byte, most int) (deepest, values int) {
	now, inText := 0, false
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
		case c == ',':
			values++
		}
	}
	return deepest, values
}
