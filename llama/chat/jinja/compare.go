package jinja

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// equal is Python's ==. Those who call it in a loop check what it spent.
func equal(s *state, a, b any) bool {
	s.work++
	if x, ok := asFloat(a); ok {
		y, ok := asFloat(b)
		return ok && x == y
	}
	switch x := a.(type) {
	case nil:
		return b == nil
	case undefined:
		_, ok := b.(undefined)
		return ok
	case string:
		y, ok := b.(string)
		if !ok || len(x) != len(y) {
			return false
		}
		s.read(x)
		return x == y
	case pyliteral.List:
		y, ok := b.(pyliteral.List)
		return ok && equalItems(s, x, y)
	case pyliteral.Tuple:
		y, ok := b.(pyliteral.Tuple)
		return ok && equalItems(s, x, y)
	case pyliteral.Dict:
		y, ok := b.(pyliteral.Dict)
		if !ok || len(x) != len(y) {
			return false
		}
		for _, it := range x {
			v, ok := lookup(s, y, it.Key)
			if !ok || !equal(s, it.Value, v) {
				return false
			}
		}
		return true
	}
	return a == b
}

func equalItems(s *state, x, y []any) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !equal(s, x[i], y[i]) {
			return false
		}
	}
	return true
}

// find returns the place of the first item equal to v, -1 without one.
func find(s *state, list []any, v any) (int, error) {
	for i, x := range list {
		if equal(s, x, v) {
			return i, nil
		}
		if err := s.check(); err != nil {
			return -1, err
		}
	}
	return -1, nil
}

// order is negative, zero or positive as a < b, a == b, a > b.
func order(s *state, a, b any) (int, error) {
	s.work++
	if x, ok := asFloat(a); ok {
		if y, ok := asFloat(b); ok {
			switch {
			case x < y:
				return -1, nil
			case x > y:
				return 1, nil
			}
			return 0, nil
		}
	}
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			s.spend(min(len(x), len(y)) / 16)
			return strings.Compare(x, y), nil
		}
	}
	x, okX := sequence(a)
	y, okY := sequence(b)
	if !okX || !okY || typeName(a) != typeName(b) {
		return 0, fmt.Errorf("values of type %s and %s have no order", typeName(a), typeName(b))
	}
	for i := range min(len(x), len(y)) {
		if c, err := order(s, x[i], y[i]); c != 0 || err != nil {
			return c, err
		}
	}
	return len(x) - len(y), nil
}

func sequence(v any) ([]any, bool) {
	switch v := v.(type) {
	case pyliteral.List:
		return v, true
	case pyliteral.Tuple:
		return v, true
	}
	return nil, false
}

// compare is a op b for the comparing operators.
func compare(s *state, op string, a, b any) (bool, error) {
	switch op {
	case "==":
		return equal(s, a, b), s.check()
	case "!=":
		return !equal(s, a, b), s.check()
	case "in":
		return contains(s, b, a)
	case "not in":
		ok, err := contains(s, b, a)
		return !ok, err
	}
	for _, v := range []any{a, b} {
		if u, ok := v.(undefined); ok {
			return false, u.err()
		}
	}
	c, err := order(s, a, b)
	if err == nil {
		err = s.check()
	}
	switch op {
	case "<":
		return c < 0, err
	case "<=":
		return c <= 0, err
	case ">":
		return c > 0, err
	}
	return c >= 0, err
}

// contains is v in box.
func contains(s *state, box, v any) (bool, error) {
	switch b := box.(type) {
	case string:
		part, ok := v.(string)
		if !ok {
			return false, fmt.Errorf("'in <string>' needs a string, not %s", typeName(v))
		}
		s.read(b)
		return strings.Contains(b, part), s.check()
	case pyliteral.Dict:
		_, ok := lookup(s, b, v)
		return ok, s.check()
	}
	list, err := items(box)
	if err != nil {
		return false, err
	}
	i, err := find(s, list, v)
	return i >= 0, err
}
