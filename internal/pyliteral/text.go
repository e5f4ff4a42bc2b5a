package pyliteral

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// str reads a string with its quotes.
func (p *scanner) str() (string, error) {
	open := p.i
	quote := p.s[p.i]
	p.i++
	if !p.json && strings.HasPrefix(p.s[p.i:], string([]byte{quote, quote})) {
		return "", p.failAt(open, "triple quotes are not supported")
	}
	start := p.i
	for p.i < len(p.s) && p.s[p.i] >= 0x20 && p.s[p.i] != '\\' && p.s[p.i] != quote {
		p.i++
	}
	if p.peek() == quote && p.i < len(p.s) { // no escapes, as in most strings
		s := strings.Clone(p.s[start:p.i])
		p.i++
		return s, nil
	}
	b := []byte(p.s[start:p.i])
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c == quote:
			p.i++
			return string(b), nil
		case c == '\\':
			var err error
			if b, err = p.escape(b); err != nil {
				return "", err
			}
		case !p.json && (c == '\n' || c == '\r' || c == 0), p.json && c < 0x20 && !p.control:
			return "", p.fail("control character %s in a string", p.found())
		default:
			b = append(b, c)
			p.i++
		}
	}
	return "", p.failAt(open, "a string is never closed")
}

// simple escapes of Python; JSON knows the last seven and \/.
const (
	escapeNames  = "'av\"\\/bfnrt"
	escapeValues = "'\a\v\"\\/\b\f\n\r\t"
	jsonEscapes  = "\"\\/bfnrt"
)

// escape appends what the escape at the current position stands for.
func (p *scanner) escape(b []byte) ([]byte, error) {
	at := p.i
	if p.i+1 >= len(p.s) {
		return nil, p.fail("the text ends in an escape")
	}
	c := p.s[p.i+1]
	p.i += 2
	simple := strings.IndexByte(escapeNames, c)
	if p.json && strings.IndexByte(jsonEscapes, c) < 0 || !p.json && c == '/' {
		simple = -1
	}
	switch {
	case simple >= 0:
		return append(b, escapeValues[simple]), nil
	case c == 'u':
		return p.hexRune(b, at, 4)
	case p.json:
		return nil, p.failAt(at, "unknown escape %.4q", p.s[at:])
	case c == '\n': // a continued line
		return b, nil
	case c == 'x':
		return p.hexRune(b, at, 2)
	case c == 'U':
		return p.hexRune(b, at, 8)
	case c == 'N':
		return nil, p.failAt(at, `\N{…} is not supported`)
	case c >= '0' && c <= '7':
		n := int(c - '0')
		for k := 0; k < 2 && p.peek() >= '0' && p.peek() <= '7'; k++ {
			n = 8*n + int(p.peek()-'0')
			p.i++
		}
		return utf8.AppendRune(b, rune(n)), nil
	}
	// Python keeps an unknown escape as it stands.
	p.i = at + 1
	return append(b, '\\'), nil
}

// hexRune appends the character with the next digits as its code. In JSON the
// two halves of a surrogate pair make one character; in Python they do not.
func (p *scanner) hexRune(b []byte, at, digits int) ([]byte, error) {
	r, ok := p.hex(digits)
	if !ok {
		return nil, p.failAt(at, "an escape needs %d hexadecimal digits", digits)
	}
	if r > utf8.MaxRune {
		return nil, p.failAt(at, "no character has code %#x", r)
	}
	if p.json && r >= 0xD800 && r < 0xDC00 && strings.HasPrefix(p.s[p.i:], `\u`) {
		back := p.i
		p.i += 2
		if low, ok := p.hex(4); ok && low >= 0xDC00 && low < 0xE000 {
			return utf8.AppendRune(b, rune(0x10000+(r-0xD800)<<10+(low-0xDC00))), nil
		}
		p.i = back
	}
	return appendCode(b, rune(r)), nil
}

func (p *scanner) hex(digits int) (uint64, bool) {
	if p.i+digits > len(p.s) || strings.ContainsAny(p.s[p.i:p.i+digits], "_+-") {
		return 0, false
	}
	r, err := strconv.ParseUint(p.s[p.i:p.i+digits], 16, 32)
	if err != nil {
		return 0, false
	}
	p.i += digits
	return r, true
}

// appendCode is utf8.AppendRune that keeps surrogates (WTF-8).
func appendCode(b []byte, r rune) []byte {
	if r >= 0xD800 && r < 0xE000 {
		return append(b, 0xED, byte(0x80|r>>6&0x3F), byte(0x80|r&0x3F))
	}
	return utf8.AppendRune(b, r)
}

// decodeCode is utf8.DecodeRuneInString that knows surrogates. Bytes that are
// neither come back as they are, ok false.
func decodeCode(s string) (r rune, n int, ok bool) {
	r, n = utf8.DecodeRuneInString(s)
	if r != utf8.RuneError || n != 1 {
		return r, n, true
	}
	if len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF && s[2]&0xC0 == 0x80 {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3, true
	}
	return rune(s[0]), 1, false
}
