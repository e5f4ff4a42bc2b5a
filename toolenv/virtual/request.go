package virtual

import (
	"bytes"
	"fmt"
	"math/big"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// request is a request as it came, its fields coerced as version 1 of Python's
// pydantic coerces them.
type request struct {
	Category, Tool, API string
	Input               any // a text or a Dict
	Strip, Key          string
}

// parseRequest reads the body of a request.
func parseRequest(contentType string, body []byte) (request, *Error) {
	var r request
	if !isJSON(contentType) {
		return r, fail(InvalidRequest, "the content type is %.100q: want application/json", contentType)
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if !utf8.Valid(body) {
		return r, fail(InvalidRequest, "the request is not UTF-8")
	}
	v, err := pyliteral.FromJSON(string(body))
	if err != nil {
		return r, fail(InvalidRequest, "the request is not JSON: %w", err)
	}
	d, ok := pyliteral.DictOf(v)
	if !ok {
		return r, fail(InvalidRequest, "the request is not an object")
	}
	var wrong []string
	for _, f := range []struct {
		name string
		into *string
	}{{"category", &r.Category}, {"tool_name", &r.Tool}, {"api_name", &r.API}, {"tool_input", nil}, {"strip", &r.Strip}, {"toolbench_key", &r.Key}} {
		v, ok := d.Get(f.name)
		if !ok {
			wrong = append(wrong, f.name+" is missing")
			continue
		}
		text, isText := coerce(v)
		switch {
		case isText && f.into != nil:
			*f.into = text
		case isText:
			r.Input = text
		case f.into == nil && v != nil:
			if r.Input, ok = pyliteral.DictOf(v); !ok {
				wrong = append(wrong, f.name+" is neither a text nor an object")
			}
		default:
			wrong = append(wrong, f.name+" is not a text")
		}
	}
	if len(wrong) > 0 {
		return r, fail(InvalidRequest, "%s", strings.Join(wrong, ", "))
	}
	return r, nil
}

// isJSON reports whether a body of this type is read as JSON. Others are not: a
// web page can send text/plain anywhere without being asked.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json"))
}

// coerce makes a text of a value where pydantic does: of texts, numbers and
// booleans.
func coerce(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool, int64, float64, *big.Int:
		return pyliteral.Str(v), true
	}
	return "", false
}

// arguments reads the arguments of a call. It reports false for a text that is
// not JSON.
func (r *request) arguments() (any, bool) {
	text, ok := r.Input.(string)
	switch {
	case !ok:
		return r.Input, true
	case text == "":
		return pyliteral.Dict{}, true
	}
	v, err := pyliteral.FromJSON(text)
	return v, err == nil
}

// describe is a request for people, without its key.
func (r *request) describe() string { return fmt.Sprintf("%s / %s / %s", r.Category, r.Tool, r.API) }
