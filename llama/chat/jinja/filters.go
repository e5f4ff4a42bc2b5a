package jinja

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

type filter func(s *state, v any, a arguments) (any, error)

var filters map[string]filter

func init() {
	filters = map[string]filter{
		"tojson":     toJSON,
		"trim":       textFilter(func(s string, a arguments) (any, error) { return strip(true, true)(s, a) }),
		"upper":      textFilter(func(s string, a arguments) (any, error) { return strings.ToUpper(s), nil }),
		"lower":      textFilter(func(s string, a arguments) (any, error) { return strings.ToLower(s), nil }),
		"title":      textFilter(func(s string, a arguments) (any, error) { return title(s), nil }),
		"replace":    textFilter(func(s string, a arguments) (any, error) { return stringMethods["replace"](s, a) }),
		"capitalize": textFilter(func(s string, a arguments) (any, error) { return capitalize(s), nil }),
		"escape":     textFilter(func(s string, a arguments) (any, error) { return escape(s), nil }),
		"indent":     textFilter(indent),
		"string":     textFilter(func(s string, a arguments) (any, error) { return s, nil }),
		"safe":       textFilter(func(s string, a arguments) (any, error) { return s, nil }),
		"format":     formatFilter,
		"wordcount":  textFilter(func(s string, a arguments) (any, error) { return int64(len(strings.FieldsFunc(s, isSpace))), nil }),
		"length": func(_ *state, v any, a arguments) (any, error) {
			n, err := length(v)
			return int64(n), err
		},
		"default": func(_ *state, v any, a arguments) (any, error) {
			_, missing := v.(undefined)
			if missing || truth(a.get(1, "boolean", false)) && !truth(v) {
				return a.get(0, "default_value", ""), nil
			}
			return v, nil
		},
		"items": func(_ *state, v any, a arguments) (any, error) {
			if _, ok := v.(undefined); ok {
				return pyliteral.List{}, nil
			}
			d, ok := v.(pyliteral.Dict)
			if !ok {
				return nil, fmt.Errorf("needs a dict, not %s", typeName(v))
			}
			return dictItems(d), nil
		},
		"list": func(_ *state, v any, a arguments) (any, error) {
			list, err := items(v)
			return pyliteral.List(slices.Clone(list)), err
		},
		"int":   toInt,
		"float": toFloat,
		"abs": func(_ *state, v any, a arguments) (any, error) {
			if f, ok := v.(float64); ok {
				return math.Abs(f), nil
			}
			if i, ok := asInt(v); ok && i < 0 {
				return intArithmetic("-", 0, i)
			} else if ok {
				return i, nil
			}
			return nil, fmt.Errorf("needs a number, not %s", typeName(v))
		},
		"round": round,
		"attr":  func(s *state, v any, a arguments) (any, error) { return attribute(s, v, str(a.get(0, "name", ""))) },
	}
	for alias, name := range map[string]string{"count": "length", "d": "default", "e": "escape"} {
		filters[alias] = filters[name]
	}
	listFilters()
}

// textFilter works on the text of any value but an undefined one, which is empty.
func textFilter(f func(s string, a arguments) (any, error)) filter {
	return func(s *state, v any, a arguments) (any, error) {
		t, err := s.text(v)
		if err != nil {
			return nil, err
		}
		return f(t, a)
	}
}

// escape is markupsafe's: the five characters that matter to HTML.
func escape(s string) string { return html.EscapeString(s) }

func indent(s string, a arguments) (any, error) {
	in, ok := a.get(0, "width", int64(4)).(string)
	if !ok {
		n, ok := asInt(a.get(0, "width", int64(4)))
		if !ok || n < 0 || n > 1000 {
			return nil, fmt.Errorf("width %s", repr(a.get(0, "width", nil)))
		}
		in = strings.Repeat(" ", int(n))
	}
	first, blank := truth(a.get(1, "first", false)), truth(a.get(2, "blank", false))
	lines := strings.Split(s, "\n")
	if err := tooLong(len(s)+len(lines)*len(in), nil); err != nil {
		return nil, err
	}
	for i, l := range lines {
		if (i > 0 || first) && (l != "" || blank || i == 0) {
			lines[i] = in + l
		}
	}
	return strings.Join(lines, "\n"), nil
}
