package jinja

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

func toInt(_ *state, v any, a arguments) (any, error) {
	or := a.get(0, "default", int64(0))
	switch x := v.(type) {
	case bool:
		n, _ := asInt(x)
		return n, nil
	case int64, *big.Int:
		return x, nil
	case float64:
		if math.Abs(x) < 1<<62 {
			return int64(x), nil
		}
	case string:
		if n, err := strconv.ParseInt(strings.TrimFunc(x, isSpace), 10, 64); err == nil {
			return n, nil
		}
		if f, err := strconv.ParseFloat(strings.TrimFunc(x, isSpace), 64); err == nil && math.Abs(f) < 1<<62 {
			return int64(f), nil
		}
	}
	return or, nil
}

func toFloat(_ *state, v any, a arguments) (any, error) {
	if f, ok := asFloat(v); ok {
		return f, nil
	}
	if s, ok := v.(string); ok {
		if f, err := strconv.ParseFloat(strings.TrimFunc(s, isSpace), 64); err == nil {
			return f, nil
		}
	}
	return a.get(0, "default", 0.0), nil
}

func round(_ *state, v any, a arguments) (any, error) {
	f, ok := asFloat(v)
	n, okN := asInt(a.get(0, "precision", int64(0)))
	if !ok || !okN || n < -300 || n > 300 {
		return nil, fmt.Errorf("needs a number and a precision, not %s and %s", typeName(v), repr(a.get(0, "precision", nil)))
	}
	p := math.Pow(10, float64(n))
	switch how := str(a.get(1, "method", "common")); how {
	case "common": // Python rounds the decimal digits, halves to even; integers stay integers
		if i, ok := asInt(v); ok {
			if n < 0 {
				i = int64(math.RoundToEven(f*p) / p)
			}
			return i, nil
		}
		if n >= 0 {
			r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'f', int(n), 64), 64)
			return r, err
		}
		return math.RoundToEven(f*p) / p, nil
	case "ceil":
		return math.Ceil(f*p) / p, nil
	case "floor":
		return math.Floor(f*p) / p, nil
	default:
		return nil, fmt.Errorf("method %q", how)
	}
}
