package gguf

import (
	"fmt"
	"math"
)

// Value returns a piece of metadata: an int64 (a uint64 beyond its range), a
// float64, a bool, a string, a []int64, []float64, []bool, []string, or a []any
// of lists; nil when there is none of that key.
func (f *File) Value(key string) any { return f.values[key] }

// Text returns the text under key, "" when there is none.
func (f *File) Text(key string) string { s, _ := f.values[key].(string); return s }

// Texts returns the list of texts under key, nil when there is none.
func (f *File) Texts(key string) []string { s, _ := f.values[key].([]string); return s }

// lookup reads metadata of one type; the first thing that is wrong is kept.
type lookup struct {
	f   *File
	err error
}

func (l *lookup) fail(key, format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf("gguf: %s: metadata %q %s", l.f.Path, key, fmt.Sprintf(format, args...))
	}
}

// count returns a whole number from 0 to 2³¹−1, or absent when the key is not
// there; absent < 0 means that it must be there.
func (l *lookup) count(key string, absent int) int {
	switch v := l.f.values[key].(type) {
	case nil:
		if absent < 0 {
			l.fail(key, "is missing")
		}
		return absent
	case int64:
		if v < 0 || v > math.MaxInt32 {
			l.fail(key, "is %d; want 0 to 2³¹−1", v)
		}
		return int(v)
	case []int64: // some converters write one number per layer
		for _, x := range v {
			if x != v[0] || x < 0 || x > math.MaxInt32 {
				l.fail(key, "differs from layer to layer, which is not supported")
			}
		}
		if len(v) > 0 {
			return int(v[0])
		}
	}
	l.fail(key, "is not a whole number")
	return absent
}

func (l *lookup) number(key string, absent float64) float64 {
	switch v := l.f.values[key].(type) {
	case nil:
		if math.IsNaN(absent) {
			l.fail(key, "is missing")
		}
		return absent
	case float64:
		return v
	case int64:
		return float64(v)
	}
	l.fail(key, "is not a number")
	return absent
}
