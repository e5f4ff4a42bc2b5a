package virtual

import (
	"math"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// object is an answer.
func object(errText string, response any) pyliteral.Dict {
	return pyliteral.Dict{{Key: "error", Value: errText}, {Key: "response", Value: response}}
}

// with is a dict with a key set: at its place, or as the last.
func with(d pyliteral.Dict, key string, value any) pyliteral.Dict {
	out := make(pyliteral.Dict, len(d), len(d)+1)
	copy(out, d)
	for i := range out {
		if out[i].Key == key {
			out[i].Value = value
			return out
		}
	}
	return append(out, pyliteral.Item{Key: key, Value: value})
}

// without is a dict without a key.
func without(d pyliteral.Dict, key string) pyliteral.Dict {
	if _, ok := d.Get(key); !ok {
		return d
	}
	out := make(pyliteral.Dict, 0, len(d))
	for _, it := range d {
		if it.Key != key {
			out = append(out, it)
		}
	}
	return out
}

// truth is Python's bool(v).
func truth(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case *big.Int:
		return v.Sign() != 0
	case string:
		return v != ""
	case pyliteral.List:
		return len(v) > 0
	case pyliteral.Dict:
		return len(v) > 0
	}
	return true
}

// contains is Python's text in v; ok is false where Python raises a TypeError.
func contains(v any, text string) (found, ok bool) {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, text), true
	case pyliteral.List:
		for _, x := range v {
			if s, isText := x.(string); isText && s == text {
				return true, true
			}
		}
		return false, true
	case pyliteral.Dict:
		_, found := v.Get(text)
		return found, true
	}
	return false, false
}

// finite reports whether a value can be written as JSON: no number in it is NaN
// or infinite.
func finite(v any) bool {
	return every(v, func(v any) bool {
		f, ok := v.(float64)
		return !ok || !math.IsNaN(f) && !math.IsInf(f, 0)
	})
}

// wholeTexts reports whether a value can be written as UTF-8: no text in it holds
// half of a surrogate pair.
func wholeTexts(v any) bool {
	return every(v, func(v any) bool {
		s, ok := v.(string)
		return !ok || utf8.ValidString(s)
	})
}

// every reports whether all keys and values that are no containers are good.
func every(v any, good func(any) bool) bool {
	switch v := v.(type) {
	case pyliteral.List:
		for _, x := range v {
			if !every(x, good) {
				return false
			}
		}
	case pyliteral.Dict:
		for _, it := range v {
			if !every(it.Key, good) || !every(it.Value, good) {
				return false
			}
		}
	default:
		return good(v)
	}
	return true
}
