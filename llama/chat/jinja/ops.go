package jinja

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// number turns ints, floats and bools into float64.
func asFloat(v any) (float64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return float64(v), true
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f, true
	case float64:
		return v, true
	}
	return 0, false
}

// asInt turns ints and bools into int64.
func asInt(v any) (int64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return v, true
	}
	return 0, false
}

// arithmetic is a op b.
func arithmetic(op string, a, b any) (any, error) {
	for _, v := range []any{a, b} {
		if u, ok := v.(undefined); ok {
			return nil, u.err()
		}
	}
	if op == "~" {
		x, y := str(a), str(b)
		return x + y, tooLong(len(x)+len(y), nil)
	}
	if i, ok := asInt(a); ok {
		if j, ok := asInt(b); ok {
			return intArithmetic(op, i, j)
		}
	}
	if x, ok := asFloat(a); ok {
		if y, ok := asFloat(b); ok {
			return floatArithmetic(op, x, y)
		}
	}
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok && op == "+" {
			return x + y, tooLong(len(x)+len(y), nil)
		}
		if n, ok := asInt(b); ok && op == "*" {
			if int64(len(x))*max(n, 0) > maxOutput || n > maxOutput {
				return nil, fmt.Errorf("a string repeated %d times is too long", n)
			}
			return strings.Repeat(x, int(max(n, 0))), nil
		}
		if op == "%" {
			return format(x, b)
		}
	case pyliteral.List:
		if y, ok := b.(pyliteral.List); ok && op == "+" {
			return append(x[:len(x):len(x)], y...), tooMany(len(x) + len(y))
		}
	case pyliteral.Tuple:
		if y, ok := b.(pyliteral.Tuple); ok && op == "+" {
			return append(x[:len(x):len(x)], y...), tooMany(len(x) + len(y))
		}
	}
	return nil, fmt.Errorf("operands of type %s and %s do not go with %q", typeName(a), typeName(b), op)
}

func tooMany(n int) error {
	if n > 1_000_000 {
		return fmt.Errorf("a list of %d items is too long", n)
	}
	return nil
}

func intArithmetic(op string, i, j int64) (any, error) {
	switch op {
	case "+":
		if r := i + j; (r > i) == (j > 0) {
			return r, nil
		}
	case "-":
		if r := i - j; (r < i) == (j > 0) {
			return r, nil
		}
	case "*":
		r := new(big.Int).Mul(big.NewInt(i), big.NewInt(j))
		if r.IsInt64() {
			return r.Int64(), nil
		}
	case "/":
		return floatArithmetic(op, float64(i), float64(j))
	case "//", "%":
		if j == 0 {
			return nil, fmt.Errorf("division by zero")
		}
		if j == -1 { // the only quotient that can overflow
			if op == "%" {
				return int64(0), nil
			}
			return intArithmetic("-", 0, i)
		}
		q, r := i/j, i%j
		if r != 0 && (r < 0) != (j < 0) { // towards minus infinity
			q, r = q-1, r+j
		}
		if op == "%" {
			return r, nil
		}
		return q, nil
	case "**":
		if j >= 0 && j < 64 {
			r := new(big.Int).Exp(big.NewInt(i), big.NewInt(j), nil)
			if r.IsInt64() {
				return r.Int64(), nil
			}
		} else if j < 0 {
			return floatArithmetic(op, float64(i), float64(j))
		}
	}
	return nil, fmt.Errorf("the result of %d %s %d is too large", i, op, j)
}

func floatArithmetic(op string, x, y float64) (any, error) {
	switch op {
	case "+":
		return x + y, nil
	case "-":
		return x - y, nil
	case "*":
		return x * y, nil
	case "**":
		return math.Pow(x, y), nil
	}
	if y == 0 {
		return nil, fmt.Errorf("division by zero")
	}
	switch op {
	case "/":
		return x / y, nil
	case "//":
		return math.Floor(x / y), nil
	}
	r := math.Mod(x, y)
	if r != 0 && (r < 0) != (y < 0) {
		r += y
	}
	return r, nil
}

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
