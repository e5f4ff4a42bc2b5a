package jinja

import (
	"fmt"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// attribute is v.name: a method or field first, then the item of that name.
func attribute(v any, name string) (any, error) {
	switch x := v.(type) {
	case undefined:
		return nil, x.err()
	case *namespace:
		if f, ok := x.fields.Get(name); ok {
			return f, nil
		}
	case *loop:
		if f, ok := x.attribute(name); ok {
			return f, nil
		}
	case string:
		if m, ok := stringMethods[name]; ok {
			return &function{name, func(s *state, a arguments) (any, error) { return m(x, a) }}, nil
		}
	case pyliteral.Dict:
		if m, ok := dictMethods[name]; ok {
			return &function{name, func(s *state, a arguments) (any, error) { return m(x, a) }}, nil
		}
		if f, ok := x.Get(name); ok {
			return f, nil
		}
	case pyliteral.List:
		if m, ok := listMethods[name]; ok {
			return &function{name, func(s *state, a arguments) (any, error) { return m(x, a) }}, nil
		}
	case pyliteral.Tuple:
		if m, ok := listMethods[name]; ok {
			return &function{name, func(s *state, a arguments) (any, error) { return m(x, a) }}, nil
		}
	}
	return undefined{fmt.Sprintf("attribute %q of a %s", name, typeName(v))}, nil
}

// item is v[key].
func item(v, key any) (any, error) {
	missing := undefined{fmt.Sprintf("item %.60s of a %s", str(key), typeName(v))}
	switch x := v.(type) {
	case undefined:
		return nil, x.err()
	case pyliteral.Dict:
		if f, ok := lookup(x, key); ok {
			return f, nil
		}
	case pyliteral.List, pyliteral.Tuple, string:
		i, ok := asInt(key)
		if !ok {
			break
		}
		n, _ := length(x)
		if i < 0 {
			i += int64(n)
		}
		if i < 0 || i >= int64(n) {
			return missing, nil
		}
		if s, ok := x.(string); ok {
			return runeAt(s, int(i)), nil
		}
		list, _ := sequence(x)
		return list[i], nil
	}
	if name, ok := key.(string); ok {
		a, err := attribute(v, name)
		if _, none := a.(undefined); !none {
			return a, err
		}
	}
	return missing, nil
}

func runeAt(s string, i int) string {
	for range i {
		_, n := utf8.DecodeRuneInString(s)
		s = s[n:]
	}
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// slice is v[a:b:c] with Python's bounds.
func slice(v any, bounds [3]any) (any, error) {
	list, err := items(v)
	if err != nil {
		return nil, err
	}
	if _, ok := v.(pyliteral.Dict); ok {
		return nil, fmt.Errorf("a dict has no slices")
	}
	n := int64(len(list))
	part := func(i int, or int64) (int64, error) {
		if bounds[i] == nil {
			return or, nil
		}
		k, ok := asInt(bounds[i])
		if !ok {
			return 0, fmt.Errorf("a slice needs integers, not %s", typeName(bounds[i]))
		}
		return k, nil
	}
	step, err := part(2, 1)
	if err == nil && step == 0 {
		err = fmt.Errorf("the step of a slice is zero")
	}
	if err != nil {
		return nil, err
	}
	low, high := int64(0), n // where bounds are clamped to
	if step < 0 {
		low, high = -1, n-1
	}
	from, to := low, high
	if step < 0 {
		from, to = high, low
	}
	clamp := func(i int, or int64) (int64, error) {
		k, err := part(i, or)
		if bounds[i] != nil && k < 0 {
			k += n
		}
		return min(max(k, low), high), err
	}
	if from, err = clamp(0, from); err != nil {
		return nil, err
	}
	if to, err = clamp(1, to); err != nil {
		return nil, err
	}
	out := []any{}
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		out = append(out, list[i])
		if step > n || step < -n {
			break
		}
	}
	switch v.(type) {
	case string:
		return joinRunes(out), nil
	case pyliteral.Tuple:
		return pyliteral.Tuple(out), nil
	}
	return pyliteral.List(out), nil
}

func joinRunes(runes []any) string {
	var b []byte
	for _, r := range runes {
		b = append(b, r.(string)...)
	}
	return string(b)
}
