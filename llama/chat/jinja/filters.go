package jinja

import (
	"fmt"
	"html"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

type filter func(s *state, v any, a arguments) (any, error)

var filters map[string]filter

func init() {
	filters = map[string]filter{
		"tojson":     toJSON,
		"trim":       textFilter(func(s string, a arguments) (any, error) { return strip(true, true)(s, a) }),
		"upper":      textFilter(func(s string, a arguments) (any, error) { return strings.ToUpper(s), nil }),
		"lower":      textFilter(func(s string, a arguments) (any, error) { return strings.ToLower(s), nil }),
		"title":      textFilter(func(s string, a arguments) (any, error) { return title(s), nil }),
		"replace":    textFilter(func(s string, a arguments) (any, error) { return stringMethods["replace"](s, a) }),
		"capitalize": textFilter(func(s string, a arguments) (any, error) { return capitalize(s), nil }),
		"escape":     textFilter(func(s string, a arguments) (any, error) { return escape(s), nil }),
		"indent":     textFilter(indent),
		"string":     textFilter(func(s string, a arguments) (any, error) { return s, nil }),
		"safe":       textFilter(func(s string, a arguments) (any, error) { return s, nil }),
		"format":     formatFilter,
		"wordcount":  textFilter(func(s string, a arguments) (any, error) { return int64(len(strings.FieldsFunc(s, isSpace))), nil }),
		"length": func(_ *state, v any, a arguments) (any, error) {
			n, err := length(v)
			return int64(n), err
		},
		"default": func(_ *state, v any, a arguments) (any, error) {
			_, missing := v.(undefined)
			if missing || truth(a.get(1, "boolean", false)) && !truth(v) {
				return a.get(0, "default_value", ""), nil
			}
			return v, nil
		},
		"items": func(_ *state, v any, a arguments) (any, error) {
			if _, ok := v.(undefined); ok {
				return pyliteral.List{}, nil
			}
			d, ok := v.(pyliteral.Dict)
			if !ok {
				return nil, fmt.Errorf("needs a dict, not %s", typeName(v))
			}
			return dictItems(d), nil
		},
		"list": func(_ *state, v any, a arguments) (any, error) {
			list, err := items(v)
			return pyliteral.List(slices.Clone(list)), err
		},
		"int":   toInt,
		"float": toFloat,
		"abs": func(_ *state, v any, a arguments) (any, error) {
			if f, ok := v.(float64); ok {
				return math.Abs(f), nil
			}
			if i, ok := asInt(v); ok && i < 0 {
				return intArithmetic("-", 0, i)
			} else if ok {
				return i, nil
			}
			return nil, fmt.Errorf("needs a number, not %s", typeName(v))
		},
		"round": round,
		"attr":  func(_ *state, v any, a arguments) (any, error) { return attribute(v, str(a.get(0, "name", ""))) },
	}
	for alias, name := range map[string]string{"count": "length", "d": "default", "e": "escape"} {
		filters[alias] = filters[name]
	}
	listFilters()
}

// textFilter works on the text of any value but an undefined one, which is empty.
func textFilter(f func(s string, a arguments) (any, error)) filter {
	return func(_ *state, v any, a arguments) (any, error) { return f(str(v), a) }
}

// toJSON is the tojson of transformers: json.dumps without escapes for HTML.
func toJSON(s *state, v any, a arguments) (any, error) {
	names := []string{"ensure_ascii", "indent", "separators", "sort_keys"}
	if err := a.check("tojson", len(names), names...); err != nil {
		return nil, err
	}
	var style pyliteral.JSONStyle
	style.ASCII = truth(a.get(0, names[0], false))
	switch in := a.get(1, names[1], nil).(type) {
	case nil:
	case string:
		style.Indent = in
	default:
		n, ok := asInt(in)
		if !ok || n < 0 || n > 100 {
			return nil, fmt.Errorf("indent %s", repr(in))
		}
		style.Indent = strings.Repeat(" ", int(n))
	}
	if sep, ok := sequence(a.get(2, names[2], nil)); ok {
		if len(sep) != 2 {
			return nil, fmt.Errorf("separators: two are needed, not %d", len(sep))
		}
		style.Item, style.Key = str(sep[0]), str(sep[1])
	}
	if err := s.measure(v); err != nil {
		return nil, err
	}
	if err := serialisable(v); err != nil {
		return nil, err
	}
	if truth(a.get(3, names[3], false)) {
		v = sorted(v)
	}
	return pyliteral.Dumps(v, style), nil
}

func serialisable(v any) error {
	switch v := v.(type) {
	case undefined, *function, *namespace, *loop:
		return fmt.Errorf("a value of type %s is no JSON", typeName(v))
	case pyliteral.Dict:
		for _, it := range v {
			if _, ok := it.Key.(pyliteral.Tuple); ok {
				return fmt.Errorf("a tuple is no key of JSON")
			}
			if err := serialisable(it.Value); err != nil {
				return err
			}
		}
	}
	list, _ := sequence(v)
	for _, x := range list {
		if err := serialisable(x); err != nil {
			return err
		}
	}
	return nil
}

// sorted returns a value with the keys of all dicts in order.
func sorted(v any) any {
	if list, ok := sequence(v); ok {
		out := make(pyliteral.List, len(list))
		for i, x := range list {
			out[i] = sorted(x)
		}
		return out
	}
	d, ok := v.(pyliteral.Dict)
	if !ok {
		return v
	}
	out := slices.Clone(d)
	for i := range out {
		out[i].Value = sorted(out[i].Value)
	}
	slices.SortStableFunc(out, func(a, b pyliteral.Item) int { return strings.Compare(str(a.Key), str(b.Key)) })
	return out
}

// escape is markupsafe's: the five characters that matter to HTML.
func escape(s string) string { return html.EscapeString(s) }

func indent(s string, a arguments) (any, error) {
	in, ok := a.get(0, "width", int64(4)).(string)
	if !ok {
		n, ok := asInt(a.get(0, "width", int64(4)))
		if !ok || n < 0 || n > 1000 {
			return nil, fmt.Errorf("width %s", repr(a.get(0, "width", nil)))
		}
		in = strings.Repeat(" ", int(n))
	}
	first, blank := truth(a.get(1, "first", false)), truth(a.get(2, "blank", false))
	lines := strings.Split(s, "\n")
	if err := tooLong(len(s)+len(lines)*len(in), nil); err != nil {
		return nil, err
	}
	for i, l := range lines {
		if (i > 0 || first) && (l != "" || blank || i == 0) {
			lines[i] = in + l
		}
	}
	return strings.Join(lines, "\n"), nil
}

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

// formatFilter is Python's % on a string.
func formatFilter(_ *state, v any, a arguments) (any, error) {
	if len(a.kw) > 0 {
		return format(str(v), a.kw)
	}
	return format(str(v), pyliteral.Tuple(a.pos))
}

// format knows %s, %r, %d, %f with width and precision, %(name)s and %%.
func format(layout string, v any) (any, error) {
	var args []any
	named, isDict := v.(pyliteral.Dict)
	if t, ok := v.(pyliteral.Tuple); ok {
		args = t
	} else {
		args = []any{v}
	}
	var b strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' {
			b.WriteByte(layout[i])
			continue
		}
		i++
		var arg any
		given := false
		if i < len(layout) && layout[i] == '(' && isDict {
			end := strings.IndexByte(layout[i:], ')')
			if end < 0 {
				return nil, fmt.Errorf("format %q: incomplete name", layout)
			}
			if arg, given = named.Get(layout[i+1 : i+end]); !given {
				return nil, fmt.Errorf("format %q: no value named %q", layout, layout[i+1:i+end])
			}
			i += end + 1
		}
		start := i
		for i < len(layout) && strings.IndexByte("-+ 0123456789.", layout[i]) >= 0 {
			i++
		}
		if i >= len(layout) || i-start > 8 {
			return nil, fmt.Errorf("format %q: incomplete or too long", layout)
		}
		if layout[i] == '%' {
			b.WriteByte('%')
			continue
		}
		if !given {
			if len(args) == 0 {
				return nil, fmt.Errorf("format %q: not enough values", layout)
			}
			arg, args = args[0], args[1:]
		}
		if err := formatOne(&b, layout[start:i], layout[i], arg); err != nil {
			return nil, fmt.Errorf("format %q: %w", layout, err)
		}
	}
	return b.String(), nil
}

func formatOne(b *strings.Builder, flags string, verb byte, v any) error {
	for _, part := range strings.Split(strings.TrimLeft(flags, "-+ 0"), ".") {
		if len(part) > 4 {
			return fmt.Errorf("a width of %s", part)
		}
	}
	switch verb {
	case 's':
		fmt.Fprintf(b, "%"+flags+"s", str(v))
	case 'r':
		fmt.Fprintf(b, "%"+flags+"s", repr(v))
	case 'd', 'i':
		n, ok := asInt(v)
		if f, isFloat := v.(float64); isFloat && math.Abs(f) < 1<<62 {
			n, ok = int64(f), true
		}
		if !ok {
			return fmt.Errorf("%%%c needs a number, not %s", verb, typeName(v))
		}
		fmt.Fprintf(b, "%"+flags+"d", n)
	case 'f', 'e', 'g', 'F':
		f, ok := asFloat(v)
		if !ok {
			return fmt.Errorf("%%%c needs a number, not %s", verb, typeName(v))
		}
		if verb != 'g' && !strings.Contains(flags, ".") {
			flags += ".6"
		}
		fmt.Fprintf(b, "%"+flags+string(verb), f)
	default:
		return fmt.Errorf("unknown directive %%%c", verb)
	}
	return nil
}
