package pyliteral

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// How deep values may lie in values: Python's own limit for literals, and about
// what its stack allows for JSON.
const (
	maxDepth     = 200
	maxJSONDepth = 900
)

// Error says where a text stops being a literal.
type Error struct {
	Offset int // bytes before the error
	Char   int // characters before it, plus one
	Msg    string
}

func (e *Error) Error() string { return fmt.Sprintf("character %d: %s", e.Char, e.Msg) }

// scanner walks over the text of a literal or of JSON.
type scanner struct {
	s        string
	i        int
	json     bool
	control  bool // allow control characters in strings
	maxDepth int
}

func (p *scanner) fail(format string, args ...any) error { return p.failAt(p.i, format, args...) }

func (p *scanner) failAt(at int, format string, args ...any) error {
	return &Error{at, utf8.RuneCountInString(p.s[:at]) + 1, fmt.Sprintf(format, args...)}
}

// found describes what stands at the current position.
func (p *scanner) found() string {
	if p.i >= len(p.s) {
		return "the end"
	}
	r, _ := utf8.DecodeRuneInString(p.s[p.i:])
	return strconv.QuoteRune(r)
}

func (p *scanner) space() {
	set := " \t\n\r"
	if !p.json {
		set += "\f"
	}
	for p.i < len(p.s) && strings.IndexByte(set, p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *scanner) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

// document reads one value and nothing else.
func (p *scanner) document() (any, error) {
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.i < len(p.s) {
		return nil, p.fail("expected the end, found %s", p.found())
	}
	return v, nil
}

func (p *scanner) value(depth int) (any, error) {
	if depth > p.maxDepth {
		return nil, p.fail("nested more than %d deep", p.maxDepth)
	}
	p.space()
	switch c := p.peek(); {
	case c == '[':
		items, _, err := p.items(']', depth)
		return List(items), err
	case c == '(' && !p.json:
		at := p.i
		items, comma, err := p.items(')', depth)
		if err == nil && len(items) == 1 && !comma {
			return items[0], nil // just parentheses
		}
		if err == nil && len(items) == 0 && comma {
			return nil, p.failAt(at, "a comma without a value")
		}
		return Tuple(items), err
	case c == '{':
		return p.dict(depth)
	case c == '"' || c == '\'' && !p.json:
		s, err := p.str()
		if err != nil {
			return nil, err
		}
		if p.space(); !p.json && (p.peek() == '"' || p.peek() == '\'') {
			return nil, p.fail("two strings side by side: a comma is missing")
		}
		return s, nil
	case c == '-' || c == '+' && !p.json || c >= '0' && c <= '9' || c == '.' && !p.json:
		return p.number()
	}
	return p.word()
}

// items reads values between brackets; comma tells whether one stood after the last.
func (p *scanner) items(end byte, depth int) (items []any, comma bool, err error) {
	open := p.i
	p.i++
	items = []any{}
	for {
		p.space()
		if p.peek() == end && (!p.json || !comma) && p.i < len(p.s) {
			p.i++
			return items, comma, nil
		}
		if len(items) > 0 && !comma {
			return nil, false, p.expected(end, open)
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, false, p.unclosed(err, open)
		}
		items = append(items, v)
		p.space()
		if comma = p.peek() == ','; comma {
			p.i++
		}
	}
}

func (p *scanner) expected(end byte, open int) error {
	if p.i >= len(p.s) {
		return p.failAt(open, "%q is never closed", p.s[open])
	}
	return p.fail("expected ',' or %q, found %s", end, p.found())
}

// unclosed replaces an error at the end of the text by one that names the bracket.
func (p *scanner) unclosed(err error, open int) error {
	if e, ok := err.(*Error); ok && e.Offset >= len(p.s) {
		return p.failAt(open, "%q is never closed", p.s[open])
	}
	return err
}

func (p *scanner) dict(depth int) (any, error) {
	open := p.i
	p.i++
	b := dictBuilder{dict: Dict{}}
	for first := true; ; first = false {
		p.space()
		if p.peek() == '}' && (first || !p.json) {
			break
		}
		at := p.i
		if p.json && p.peek() != '"' {
			return nil, p.unclosed(p.fail("expected a key in double quotes, found %s", p.found()), open)
		}
		key, err := p.value(depth + 1)
		if err != nil {
			return nil, p.unclosed(err, open)
		}
		if p.space(); p.peek() != ':' {
			return nil, p.unclosed(p.fail("expected ':' after a key, found %s", p.found()), open)
		}
		p.i++
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, p.unclosed(err, open)
		}
		if err := b.set(key, v); err != nil {
			return nil, p.failAt(at, "%v", err)
		}
		if p.space(); p.peek() != ',' {
			break
		}
		p.i++
	}
	if p.peek() != '}' {
		return nil, p.expected('}', open)
	}
	p.i++
	return b.dict, nil
}

// words are the names that stand for values.
func (p *scanner) word() (any, error) {
	end := p.i
	for end < len(p.s) && (p.s[end]|0x20 >= 'a' && p.s[end]|0x20 <= 'z' || p.s[end] == '_') {
		end++
	}
	w := p.s[p.i:end]
	if v, ok := names[w]; ok && v.json == p.json {
		p.i = end
		return v.value, nil
	}
	if w != "" {
		return nil, p.fail("unexpected name %.20q", w)
	}
	return nil, p.fail("expected a value, found %s", p.found())
}
