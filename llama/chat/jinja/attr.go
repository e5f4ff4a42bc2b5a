package jinja

import (
	"fmt"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// attribute is v.name: a method or field first, then the item of that name.
func attribute(s *state, v any, name string) (any, error) {
	s.work += 4
	switch x := v.(type) {
	case undefined:
		return nil, x.err()
	case *namespace:
		if f, ok := x.fields[name]; ok {
			return f, nil
		}
	case *loop:
		if f, ok := x.attribute(name); ok {
			return f, nil
		}
	case string:
		if m, ok := stringMethods[name]; ok {
			return &function{name, func(s *state, a arguments) (any, error) {
				s.read(x)
				return m(x, a)
			}}, nil
		}
	case pyliteral.Dict:
		if m, ok := dictMethods[name]; ok {
			return &function{name, func(s *state, a arguments) (any, error) { return m(s, x, a) }}, nil
		}
		if f, ok := lookup(s, x, name); ok {
			return f, nil
		}
	case pyliteral.List:
		if m, ok := listMethods[name]; ok {
			return &function{name, func(s *state, a arguments) (any, error) { return m(s, x, a) }}, nil
		}
	case pyliteral.Tuple:
		if m, ok := listMethods[name]; ok {
			return &function{name, func(s *state, a arguments) (any, error) { return m(s, x, a) }}, nil
		}
	}
	s.work += stepWork
	return undefined{fmt.Sprintf("attribute %q of a %s", name, typeName(v))}, s.check()
}

// item is v[key].
func item(s *state, v, key any) (any, error) {
	s.work += 4
	switch x := v.(type) {
	case undefined:
		return nil, x.err()
	case pyliteral.Dict:
		if f, ok := lookup(s, x, key); ok {
			return f, nil
		}
	case pyliteral.List, pyliteral.Tuple, string:
		i, ok := asInt(key)
		if !ok {
			break
		}
		if text, ok := x.(string); ok {
			s.read(text)
			if err := s.check(); err != nil {
				return nil, err
			}
		}
		n, _ := length(x)
		if i < 0 {
			i += int64(n)
		}
		if i < 0 || i >= int64(n) {
			break
		}
		if text, ok := x.(string); ok {
			return cutRunes(text, int(i), int(i)+1), nil
		}
		list, _ := sequence(x)
		return list[i], nil
	}
	if name, ok := key.(string); ok {
		a, err := attribute(s, v, name)
		if _, none := a.(undefined); !none {
			return a, err
		}
	}
	s.work += stepWork
	return undefined{fmt.Sprintf("item %s of a %s", keyName(key), typeName(v))}, s.check()
}

// keyName is a key as messages show it.
func keyName(key any) string {
	if _, ok := hashKey(key); ok {
		return fmt.Sprintf("%.60s", str(key))
	}
	return "of type " + typeName(key)
}

// slice is v[a:b:c] with Python's bounds.
func slice(v any, bounds [3]any) (any, error) {
	n, err := length(v)
	if err != nil {
		return nil, err
	}
	if _, ok := v.(pyliteral.Dict); ok {
		return nil, fmt.Errorf("a dict has no slices")
	}
	part := func(i, or int) (int, error) {
		if bounds[i] == nil {
			return or, nil
		}
		k, ok := asInt(bounds[i])
		if !ok {
			return 0, fmt.Errorf("a slice needs integers, not %s", typeName(bounds[i]))
		}
		return int(k), nil
	}
	step, err := part(2, 1)
	if err == nil && step == 0 {
		err = fmt.Errorf("the step of a slice is zero")
	}
	if err != nil {
		return nil, err
	}
	low, high := 0, n // where bounds are clamped to
	if step < 0 {
		low, high = -1, n-1
	}
	from, to := low, high
	if step < 0 {
		from, to = high, low
	}
	clamp := func(i, or int) (int, error) {
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
	if text, ok := v.(string); ok && step == 1 {
		return cutRunes(text, from, to), nil
	}
	list, err := items(v)
	if err != nil {
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

// cutRunes is the characters of s from one place to another.
func cutRunes(s string, from, to int) string {
	at, i := 0, 0
	for ; i < from; i++ {
		_, n := utf8.DecodeRuneInString(s[at:])
		at += n
	}
	end := at
	for ; i < to; i++ {
		_, n := utf8.DecodeRuneInString(s[end:])
		end += n
	}
	return s[at:end]
}

func joinRunes(runes []any) string {
	var b []byte
	for _, r := range runes {
		b = append(b, r.(string)...)
	}
	return string(b)
}
