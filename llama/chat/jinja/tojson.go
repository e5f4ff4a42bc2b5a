package jinja

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// toJSON is the tojson of transformers: json.dumps without escapes for HTML.
func toJSON(s *state, v any, a arguments) (any, error) {
	names := []string{"ensure_ascii", "indent", "separators", "sort_keys"}
	if err := a.check("tojson", len(names), names...); err != nil {
		return nil, err
	}
	var style pyliteral.JSONStyle
	style.ASCII = truth(a.get(0, names[0], false))
	switch in := a.get(1, names[1], nil).(type) {
	case nil:
	case string:
		style.Indent = in
	default:
		n, ok := asInt(in)
		if !ok || n < 0 || n > 100 {
			return nil, fmt.Errorf("indent %s", repr(in))
		}
		style.Indent = strings.Repeat(" ", int(n))
	}
	if sep, ok := sequence(a.get(2, names[2], nil)); ok {
		if len(sep) != 2 {
			return nil, fmt.Errorf("separators: two are needed, not %d", len(sep))
		}
		style.Item, style.Key = str(sep[0]), str(sep[1])
	}
	if err := s.measure(v); err != nil {
		return nil, err
	}
	if err := serialisable(v); err != nil {
		return nil, err
	}
	if truth(a.get(3, names[3], false)) {
		v = sorted(v)
	}
	return pyliteral.Dumps(v, style), nil
}

func serialisable(v any) error {
	switch v := v.(type) {
	case undefined, *function, *namespace, *loop:
		return fmt.Errorf("a value of type %s is no JSON", typeName(v))
	case pyliteral.Dict:
		for _, it := range v {
			if _, ok := it.Key.(pyliteral.Tuple); ok {
				return fmt.Errorf("a tuple is no key of JSON")
			}
			if err := serialisable(it.Value); err != nil {
				return err
			}
		}
	}
	list, _ := sequence(v)
	for _, x := range list {
		if err := serialisable(x); err != nil {
			return err
		}
	}
	return nil
}

// sorted returns a value with the keys of all dicts in order.
func sorted(v any) any {
	if list, ok := sequence(v); ok {
		out := make(pyliteral.List, len(list))
		for i, x := range list {
			out[i] = sorted(x)
		}
		return out
	}
	d, ok := v.(pyliteral.Dict)
	if !ok {
		return v
	}
	out := slices.Clone(d)
	for i := range out {
		out[i].Value = sorted(out[i].Value)
	}
	slices.SortStableFunc(out, func(a, b pyliteral.Item) int { return strings.Compare(str(a.Key), str(b.Key)) })
	return out
}
