package virtual

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// decode reads the JSON of somebody else. pyliteral bounds how deep it is.
func decode(body []byte) (any, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if !utf8.Valid(body) {
		return nil, errors.New("the answer is not UTF-8")
	}
	v, err := pyliteral.FromJSON(string(body))
	if err != nil {
		return nil, fmt.Errorf("the answer is not JSON: %w", err)
	}
	return v, nil
}

// encode writes an answer as the released server does: Python's json.dumps
// without spaces and without escapes for what is not ASCII. Halves of surrogate
// pairs stay escapes.
func encode(v any) []byte {
	return []byte(pyliteral.Dumps(v, pyliteral.JSONStyle{Item: ",", Key: ":"}))
}
