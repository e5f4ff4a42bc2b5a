package jinja

import (
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// asFloat turns ints, floats and bools into float64.
func asFloat(v any) (float64, bool) {
	if i, ok := asInt(v); ok {
		return float64(i), true
	}
	switch v := v.(type) {
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
func arithmetic(s *state, op string, a, b any) (any, error) {
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
			return format(s, x, b)
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
