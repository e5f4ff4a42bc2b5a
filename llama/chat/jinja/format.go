package jinja

import (
	"fmt"
	"math"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// formatFilter is Python's % on a string.
func formatFilter(s *state, v any, a arguments) (any, error) {
	if len(a.kw) > 0 {
		return format(s, str(v), a.kw)
	}
	return format(s, str(v), pyliteral.Tuple(a.pos))
}

// format knows %s, %r, %d, %f with width and precision, %(name)s and %%.
func format(s *state, layout string, v any) (any, error) {
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
				return nil, fmt.Errorf("format %.200q: incomplete name", layout)
			}
			if arg, given = lookup(s, named, layout[i+1:i+end]); !given {
				return nil, fmt.Errorf("format %.200q: no value named %q", layout, layout[i+1:i+end])
			}
			i += end + 1
		}
		start := i
		for i < len(layout) && strings.IndexByte("-+ 0123456789.", layout[i]) >= 0 {
			i++
		}
		if i >= len(layout) || i-start > 8 {
			return nil, fmt.Errorf("format %.200q: incomplete or too long", layout)
		}
		if layout[i] == '%' {
			b.WriteByte('%')
			continue
		}
		if !given {
			if len(args) == 0 {
				return nil, fmt.Errorf("format %.200q: not enough values", layout)
			}
			arg, args = args[0], args[1:]
		}
		before := b.Len()
		if err := formatOne(&b, layout[start:i], layout[i], arg); err != nil {
			return nil, fmt.Errorf("format %.200q: %w", layout, err)
		}
		s.spend(stepWork + (b.Len()-before)/16)
		if err := tooLong(b.Len(), s.check()); err != nil {
			return nil, err
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
