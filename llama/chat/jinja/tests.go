package jinja

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

type test func(s *state, v any, a arguments) (bool, error)

// typeTest is a test without arguments.
func typeTest(f func(any) bool) test {
	return func(_ *state, v any, a arguments) (bool, error) { return f(v), a.check("the test", 0) }
}

func isType[T any](v any) bool { _, ok := v.(T); return ok }

func isInteger(v any) bool { return isType[int64](v) || isType[*big.Int](v) }

func comparing(op string) test {
	return func(s *state, v any, a arguments) (bool, error) {
		if len(a.pos) != 1 {
			return false, fmt.Errorf("needs one argument")
		}
		return compare(s, op, v, a.pos[0])
	}
}

var tests map[string]test

func init() {
	tests = map[string]test{
		"defined":   typeTest(func(v any) bool { return !isType[undefined](v) }),
		"undefined": typeTest(isType[undefined]),
		"none":      typeTest(func(v any) bool { return v == nil }),
		"boolean":   typeTest(isType[bool]),
		"string":    typeTest(isType[string]),
		"integer":   typeTest(isInteger),
		"float":     typeTest(isType[float64]),
		"number":    typeTest(func(v any) bool { return isInteger(v) || isType[float64](v) || isType[bool](v) }),
		"mapping":   typeTest(isType[pyliteral.Dict]),
		"callable":  typeTest(isType[*function]),
		"true":      typeTest(func(v any) bool { return v == true }),
		"false":     typeTest(func(v any) bool { return v == false }),
		"iterable":  typeTest(func(v any) bool { _, err := length(v); return err == nil }),
		"sequence":  typeTest(func(v any) bool { _, err := length(v); return err == nil }),
		"lower":     sameText(strings.ToLower),
		"upper":     sameText(strings.ToUpper),
		"odd":       remainder(2, 1),
		"even":      remainder(2, 0),
		"divisibleby": func(s *state, v any, a arguments) (bool, error) {
			n, ok := asInt(a.get(0, "num", nil))
			if !ok || n == 0 {
				return false, fmt.Errorf("needs a number other than zero")
			}
			return remainder(n, 0)(s, v, arguments{})
		},
		"sameas": func(s *state, v any, a arguments) (bool, error) {
			o := a.get(0, "other", nil)
			return typeName(v) == typeName(o) && equal(s, v, o), s.check()
		},
		"filter": func(_ *state, v any, a arguments) (bool, error) { _, ok := filters[text(v)]; return ok, nil },
		"test":   func(_ *state, v any, a arguments) (bool, error) { _, ok := tests[text(v)]; return ok, nil },
	}
	for op, names := range map[string]string{
		"==": "eq equalto", "!=": "ne", "<": "lt lessthan", "<=": "le", ">": "gt greaterthan", ">=": "ge", "in": "",
	} {
		for _, name := range append(strings.Fields(names), op) {
			tests[name] = comparing(op)
		}
	}
}

// sameText tells whether a text is what f makes of it.
func sameText(f func(string) string) test {
	return func(s *state, v any, a arguments) (bool, error) {
		t, err := s.text(v)
		return err == nil && t == f(t), err
	}
}

// text is a string, "" for anything else.
func text(v any) string {
	t, _ := v.(string)
	return t
}

func remainder(n, want int64) test {
	return func(_ *state, v any, a arguments) (bool, error) {
		i, ok := asInt(v)
		if !ok {
			return false, fmt.Errorf("needs an integer, not %s", typeName(v))
		}
		r, err := intArithmetic("%", i, n)
		return err == nil && r == want, err
	}
}
