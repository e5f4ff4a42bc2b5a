package jinja

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// equal is Python's ==.
func equal(a, b any) bool {
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
		return ok && x == y
	case pyliteral.List:
		y, ok := b.(pyliteral.List)
		return ok && equalItems(x, y)
	case pyliteral.Tuple:
		y, ok := b.(pyliteral.Tuple)
		return ok && equalItems(x, y)
	case pyliteral.Dict:
		y, ok := b.(pyliteral.Dict)
		if !ok || len(x) != len(y) {
			return false
		}
		for _, it := range x {
			v, ok := lookup(y, it.Key)
			if !ok || !equal(it.Value, v) {
				return false
			}
		}
		return true
	}
	return a == b
}

func equalItems(x, y []any) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !equal(x[i], y[i]) {
			return false
		}
	}
	return true
}

// lookup finds a key of any type.
func lookup(d pyliteral.Dict, key any) (any, bool) {
	for _, it := range d {
		if equal(it.Key, key) {
			return it.Value, true
		}
	}
	return nil, false
}

// order is negative, zero or positive as a < b, a == b, a > b.
func order(a, b any) (int, error) {
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
			return strings.Compare(x, y), nil
		}
	}
	x, okX := sequence(a)
	y, okY := sequence(b)
	if !okX || !okY || typeName(a) != typeName(b) {
		return 0, fmt.Errorf("values of type %s and %s have no order", typeName(a), typeName(b))
	}
	for i := range min(len(x), len(y)) {
		if c, err := order(x[i], y[i]); c != 0 || err != nil {
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
func compare(op string, a, b any) (bool, error) {
	switch op {
	case "==":
		return equal(a, b), nil
	case "!=":
		return !equal(a, b), nil
	case "in":
		return contains(b, a)
	case "not in":
		ok, err := contains(b, a)
		return !ok, err
	}
	for _, v := range []any{a, b} {
		if u, ok := v.(undefined); ok {
			return false, u.err()
		}
	}
	c, err := order(a, b)
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
func contains(box, v any) (bool, error) {
	switch b := box.(type) {
	case string:
		s, ok := v.(string)
		if !ok {
			return false, fmt.Errorf("'in <string>' needs a string, not %s", typeName(v))
		}
		return strings.Contains(b, s), nil
	case pyliteral.Dict:
		_, ok := lookup(b, v)
		return ok, nil
	}
	list, err := items(box)
	for _, x := range list {
		if equal(x, v) {
			return true, nil
		}
	}
	return false, err
}
