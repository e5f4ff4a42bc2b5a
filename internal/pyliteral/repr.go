package pyliteral

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// Repr writes a value as Python's repr does. It panics on other types than
// those of this package.
func Repr(v any) string { return string(appendRepr(nil, v)) }

// Str is Python's str: a string as it is, everything else as Repr.
func Str(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return Repr(v)
}

func appendRepr(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "None"...)
	case bool:
		if v {
			return append(b, "True"...)
		}
		return append(b, "False"...)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case *big.Int:
		return v.Append(b, 10)
	case float64:
		return appendFloat(b, v, "inf", "nan")
	case string:
		return appendReprString(b, v)
	case List:
		return append(appendItems(append(b, '['), v, appendRepr), ']')
	case Tuple:
		b = appendItems(append(b, '('), v, appendRepr)
		if len(v) == 1 {
			b = append(b, ',')
		}
		return append(b, ')')
	case Dict:
		b = append(b, '{')
		for i, it := range v {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendRepr(b, it.Key)
			b = append(b, ": "...)
			b = appendRepr(b, it.Value)
		}
		return append(b, '}')
	}
	panic(fmt.Sprintf("pyliteral: Repr: a value of type %T", v))
}

func appendItems(b []byte, items []any, one func([]byte, any) []byte) []byte {
	for i, it := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = one(b, it)
	}
	return b
}

// appendFloat writes the shortest digits that read back the same: plain from
// 1e-4 to below 1e16, with an exponent of two digits or more outside.
func appendFloat(b []byte, f float64, inf, nan string) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, nan...)
	case math.IsInf(f, 1):
		return append(b, inf...)
	case math.IsInf(f, -1):
		return append(append(b, '-'), inf...)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.AppendFloat(b, f, 'e', -1, 64)
	}
	n := len(b)
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	if !strings.Contains(string(b[n:]), ".") {
		b = append(b, ".0"...)
	}
	return b
}

// appendReprString quotes with ', or with " when the text has ' and no ".
func appendReprString(b []byte, s string) []byte {
	quote := byte('\'')
	if strings.IndexByte(s, '\'') >= 0 && strings.IndexByte(s, '"') < 0 {
		quote = '"'
	}
	b = append(b, quote)
	for len(s) > 0 {
		r, n, ok := decodeCode(s)
		switch {
		case !ok:
			b = append(b, s[0])
		case r == rune(quote) || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case printable(r):
			b = append(b, s[:n]...)
		case r < 0x100:
			b = fmt.Appendf(b, `\x%02x`, r)
		case r < 0x10000:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = fmt.Appendf(b, `\U%08x`, r)
		}
		s = s[n:]
	}
	return append(b, quote)
}

// printable is Python's str.isprintable for one character: neither control,
// format, surrogate, private or unassigned, nor a separator other than space.
func printable(r rune) bool { return unicode.IsPrint(r) && !unicode.Is(newerThanPython, r) }
