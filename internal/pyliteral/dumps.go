package pyliteral

import (
	"fmt"
	"math/big"
	"strconv"
)

// JSONStyle says how Dumps writes.
type JSONStyle struct {
	// ASCII escapes everything outside of ASCII (ensure_ascii, Python's default);
	// bytes that are no UTF-8 become U+FFFD. Halves of surrogate pairs are escaped
	// without it too: Python cannot write those to a file.
	ASCII  bool
	Indent string // one level of indentation; "" writes one line
	// Item and Key separators; ", " and ": " when empty. With Indent the items
	// are separated by "," and a new line.
	Item, Key string
}

// Dumps writes a value as Python's json.dumps does. It panics on other types than
// those of this package.
func Dumps(v any, style JSONStyle) string {
	if style.Key == "" {
		style.Key = ": "
	}
	if style.Item == "" {
		style.Item = ", "
		if style.Indent != "" {
			style.Item = ","
		}
	}
	return string(style.append(nil, v, 0))
}

func (st *JSONStyle) append(b []byte, v any, depth int) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case *big.Int:
		return v.Append(b, 10)
	case float64:
		return appendFloat(b, v, "Infinity", "NaN")
	case string:
		return st.appendString(b, v)
	case List:
		return st.list(b, v, depth)
	case Tuple:
		return st.list(b, v, depth)
	case Dict:
		if len(v) == 0 {
			return append(b, "{}"...)
		}
		b = append(b, '{')
		for i, it := range v {
			b = st.separate(b, i, depth+1)
			b = st.appendString(b, key(it.Key))
			b = append(b, st.Key...)
			b = st.append(b, it.Value, depth+1)
		}
		return append(st.newline(b, depth), '}')
	}
	panic(fmt.Sprintf("pyliteral: Dumps: a value of type %T", v))
}

// key writes a key that is no string as json.dumps does.
func key(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case nil, bool, int64, int, *big.Int, float64:
		return Dumps(v, JSONStyle{})
	}
	panic(fmt.Sprintf("pyliteral: Dumps: a key of type %T", v))
}

func (st *JSONStyle) list(b []byte, items []any, depth int) []byte {
	if len(items) == 0 {
		return append(b, "[]"...)
	}
	b = append(b, '[')
	for i, it := range items {
		b = st.separate(b, i, depth+1)
		b = st.append(b, it, depth+1)
	}
	return append(st.newline(b, depth), ']')
}

func (st *JSONStyle) separate(b []byte, i, depth int) []byte {
	if i > 0 {
		b = append(b, st.Item...)
	}
	return st.newline(b, depth)
}

func (st *JSONStyle) newline(b []byte, depth int) []byte {
	if st.Indent == "" {
		return b
	}
	b = append(b, '\n')
	for range depth {
		b = append(b, st.Indent...)
	}
	return b
}

func (st *JSONStyle) appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for len(s) > 0 {
		r, n, ok := decodeCode(s)
		switch {
		case !ok && st.ASCII:
			b = append(b, `\ufffd`...)
		case !ok:
			b = append(b, s[0])
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r == '\b':
			b = append(b, `\b`...)
		case r < 0x20 || r > 0x7E && r < 0x10000 && st.ASCII || ok && r >= 0xD800 && r < 0xE000:
			b = fmt.Appendf(b, `\u%04x`, r)
		case r >= 0x10000 && st.ASCII:
			r -= 0x10000
			b = fmt.Appendf(b, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
		default:
			b = append(b, s[:n]...)
		}
		s = s[n:]
	}
	return append(b, '"')
}
