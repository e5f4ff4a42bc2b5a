package jinja

import (
	"fmt"
	"math/big"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// undefined is a name, attribute or item that does not exist: it prints as
// nothing, is false and empty, and everything else asked of it is an error.
type undefined struct{ what string }

func (u undefined) err() error { return fmt.Errorf("%s is undefined", u.what) }

// namespace is what namespace() makes: the only thing that {% set %} changes.
type namespace struct{ fields map[string]any }

// arguments of a call.
type arguments struct {
	pos []any
	kw  pyliteral.Dict
}

// function is anything that can be called.
type function struct {
	name string
	call func(s *state, a arguments) (any, error)
}

// get returns argument i or keyword name, or what is given as default.
func (a arguments) get(i int, name string, or any) any {
	if i >= 0 && i < len(a.pos) {
		return a.pos[i]
	}
	if v, ok := a.kw.Get(name); ok {
		return v
	}
	return or
}

// check refuses arguments that a function does not have.
func (a arguments) check(fn string, max int, names ...string) error {
	if len(a.pos) > max {
		return fmt.Errorf("%s takes at most %d arguments, not %d", fn, max, len(a.pos))
	}
next:
	for _, it := range a.kw {
		for _, n := range names {
			if it.Key == n {
				continue next
			}
		}
		return fmt.Errorf("%s has no argument %q", fn, it.Key)
	}
	return nil
}

// typeName is Python's name of a value's type.
func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case pyliteral.List:
		return "list"
	case pyliteral.Tuple:
		return "tuple"
	case pyliteral.Dict:
		return "dict"
	case undefined:
		return "Undefined"
	case *namespace:
		return "Namespace"
	case *loop:
		return "LoopContext"
	}
	return "function"
}

// truth is Python's bool().
func truth(v any) bool {
	switch v := v.(type) {
	case nil, undefined:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case *big.Int:
		return v.Sign() != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case pyliteral.List:
		return len(v) > 0
	case pyliteral.Tuple:
		return len(v) > 0
	case pyliteral.Dict:
		return len(v) > 0
	}
	return true
}

// str is Python's str().
func str(v any) string {
	switch v := v.(type) {
	case undefined:
		return ""
	case string:
		return v
	case *namespace:
		return "<Namespace>" // without its fields: it may hold itself
	case *loop:
		return fmt.Sprintf("<LoopContext %d/%d>", v.index+1, len(v.items))
	case *function:
		return "<function " + v.name + ">"
	}
	return repr(v)
}

// repr is pyliteral.Repr that also takes what only templates know, such as an
// undefined value inside of a list.
func repr(v any) string { return pyliteral.Repr(plain(v)) }

// plain replaces what is no Python literal by its text.
func plain(v any) any {
	switch v := v.(type) {
	case pyliteral.List:
		return pyliteral.List(plainItems(v))
	case pyliteral.Tuple:
		return pyliteral.Tuple(plainItems(v))
	case pyliteral.Dict:
		out := make(pyliteral.Dict, len(v))
		for i, it := range v {
			out[i] = pyliteral.Item{Key: plain(it.Key), Value: plain(it.Value)}
		}
		return out
	case undefined:
		return "Undefined"
	case *namespace, *loop, *function:
		return str(v)
	}
	return v
}

func plainItems(items []any) []any {
	out := make([]any, len(items))
	for i, v := range items {
		out[i] = plain(v)
	}
	return out
}

// items lists what iterating over a value gives.
func items(v any) ([]any, error) {
	switch v := v.(type) {
	case undefined:
		return nil, nil
	case pyliteral.List:
		return v, nil
	case pyliteral.Tuple:
		return v, nil
	case pyliteral.Dict:
		out := make([]any, len(v))
		for i, it := range v {
			out[i] = it.Key
		}
		return out, nil
	case string:
		n := utf8.RuneCountInString(v)
		if err := tooMany(n); err != nil {
			return nil, err
		}
		out := make([]any, 0, n)
		for i := 0; i < len(v); {
			_, n := utf8.DecodeRuneInString(v[i:])
			out = append(out, v[i:i+n])
			i += n
		}
		return out, nil
	}
	return nil, fmt.Errorf("a value of type %s is not iterable", typeName(v))
}

func length(v any) (int, error) {
	switch v := v.(type) {
	case undefined:
		return 0, nil
	case string:
		return utf8.RuneCountInString(v), nil
	case pyliteral.List:
		return len(v), nil
	case pyliteral.Tuple:
		return len(v), nil
	case pyliteral.Dict:
		return len(v), nil
	}
	return 0, fmt.Errorf("a value of type %s has no length", typeName(v))
}
