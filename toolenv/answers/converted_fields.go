package answers

import (
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// fieldError says which field of a file is not what belongs there.
type fieldError struct{ msg string }

func (e *fieldError) Error() string { return e.msg }

func wrong(field string, v any, want string) *fieldError {
	if v == nil {
		return &fieldError{fmt.Sprintf("%s is absent or null, not %s", field, want)}
	}
	return &fieldError{fmt.Sprintf("%s is %.40s, not %s", field, pyliteral.Repr(v), want)}
}

// fieldErrors turns the panics of the readers below into err.
func fieldErrors(err *error) {
	if r := recover(); r != nil {
		e, ok := r.(*fieldError)
		if !ok {
			panic(r)
		}
		*err = e
	}
}

// object maps the keys of a JSON object to their values.
func object(v any, what string) map[string]any {
	d, ok := v.(pyliteral.Dict)
	if !ok {
		panic(wrong(what, v, "an object"))
	}
	m := make(map[string]any, len(d))
	for _, it := range d {
		m[it.Key.(string)] = it.Value // of JSON: keys are texts
	}
	return m
}

func text(m map[string]any, field string) string {
	s, ok := m[field].(string)
	if !ok {
		panic(wrong(field, m[field], "a text"))
	}
	return s
}

func list(m map[string]any, field string) pyliteral.List {
	l, ok := m[field].(pyliteral.List)
	if !ok {
		panic(wrong(field, m[field], "a list"))
	}
	return l
}
