package jinja

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind of a token.
type kind uint8

const (
	tText   kind = iota // literal output
	tOpen               // {{ or {%, in text
	tClose              // }} or %}
	tName               // name or keyword
	tString             // unquoted and unescaped
	tInt
	tFloat
	tOp
	tEnd
)

type token struct {
	kind kind
	text string
	line int
}

// Error is a mistake in a template, or what a template itself raised.
type Error struct {
	Line int
	Msg  string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Msg) }

// lexer cuts a template into tokens. White space follows trim_blocks and
// lstrip_blocks: a block alone on its line leaves nothing of the line.
type lexer struct {
	src  string
	pos  int
	line int
	out  []token
	// lineStart: what came before the current text ended with a newline.
	lineStart bool
}

func lex(src string) ([]token, error) {
	src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	src = strings.TrimSuffix(src, "\n")
	l := &lexer{src: src, line: 1, lineStart: true}
	for l.pos < len(src) {
		if err := l.next(); err != nil {
			return nil, err
		}
	}
	l.emit(tEnd, "")
	return l.out, nil
}

func (l *lexer) emit(k kind, text string) { l.out = append(l.out, token{k, text, l.line}) }

func (l *lexer) fail(format string, args ...any) error {
	return &Error{l.line, fmt.Sprintf(format, args...)}
}

// advance moves on and counts lines.
func (l *lexer) advance(n int) string {
	s := l.src[l.pos : l.pos+n]
	l.line += strings.Count(s, "\n")
	l.pos += n
	return s
}

var rawStart = regexp.MustCompile(`^\{%[-+]?\s*raw\s*(-%\}\s*|%\})`)
var rawEnd = regexp.MustCompile(`\{%([-+]?)\s*endraw\s*(\+%\}|-%\}\s*|%\}\n?)`)

// next handles the text up to the next tag, and the tag.
func (l *lexer) next() error {
	rest := l.src[l.pos:]
	at := len(rest)
	for i := 0; i+1 < len(rest); i++ {
		if rest[i] == '{' && (rest[i+1] == '{' || rest[i+1] == '%' || rest[i+1] == '#') {
			at = i
			break
		}
	}
	text := rest[:at]
	if at == len(rest) {
		l.emit(tText, l.advance(at))
		return nil
	}
	sign := byte(0)
	if at+2 < len(rest) {
		sign = rest[at+2]
	}
	kept := text
	switch {
	case sign == '-':
		kept = strings.TrimRightFunc(text, isSpace)
	case sign != '+' && rest[at+1] != '{': // lstrip_blocks
		start := strings.LastIndexByte(text, '\n') + 1
		if (start > 0 || l.lineStart) && strings.TrimFunc(text[start:], isSpace) == "" {
			kept = text[:start]
		}
	}
	if kept != "" {
		l.emit(tText, kept)
	}
	l.advance(at)
	begin := l.pos
	var err error
	switch {
	case rest[at+1] == '#':
		err = l.comment()
	case rawStart.MatchString(l.src[l.pos:]):
		err = l.raw()
	default:
		l.advance(2)
		if sign == '-' || sign == '+' {
			l.advance(1)
		}
		l.emit(tOpen, rest[at:at+2])
		err = l.tag(rest[at+1] == '{')
	}
	l.lineStart = l.pos > begin && l.src[l.pos-1] == '\n'
	return err
}

// closing skips what belongs to the end of a block or comment: with -, all white
// space; without a sign, one newline.
func (l *lexer) closing(sign byte, variable bool) {
	switch {
	case sign == '-':
		rest := l.src[l.pos:]
		l.advance(len(rest) - len(strings.TrimLeftFunc(rest, isSpace)))
	case sign != '+' && !variable && strings.HasPrefix(l.src[l.pos:], "\n"):
		l.advance(1)
	}
}

func (l *lexer) comment() error {
	end := strings.Index(l.src[l.pos+2:], "#}")
	if end < 0 {
		return l.fail("a comment is never closed")
	}
	sign := l.src[l.pos+2+end-1]
	if end == 0 {
		sign = 0
	}
	l.advance(2 + end + 2)
	l.closing(sign, false)
	return nil
}

func (l *lexer) raw() error {
	l.advance(len(rawStart.FindString(l.src[l.pos:])))
	rest := l.src[l.pos:]
	m := rawEnd.FindStringSubmatchIndex(rest)
	if m == nil {
		return l.fail("a raw block is never closed")
	}
	text := rest[:m[0]]
	if rest[m[2]:m[3]] == "-" {
		text = strings.TrimRightFunc(text, isSpace)
	}
	if text != "" {
		l.emit(tText, text)
	}
	l.advance(m[1])
	return nil
}

var operators = []string{"**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "<", ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", "~", "="}

var number = regexp.MustCompile(`^\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d[\d_]*)?`)

// tag cuts the expression part of {{ … }} or {% … %}.
func (l *lexer) tag(variable bool) error {
	end := "%}"
	if variable {
		end = "}}"
	}
	depth := 0 // open brackets: }} may close two dicts
	for l.pos < len(l.src) {
		rest := l.src[l.pos:]
		r, n := utf8.DecodeRuneInString(rest)
		switch {
		case isSpace(r):
			l.advance(n)
			continue
		case depth == 0 && (rest[0] == '-' || rest[0] == '+' && !variable) && strings.HasPrefix(rest[1:], end):
			l.advance(3)
			l.closing(rest[0], variable)
			l.emit(tClose, end)
			return nil
		case depth == 0 && strings.HasPrefix(rest, end):
			l.advance(2)
			l.closing(0, variable)
			l.emit(tClose, end)
			return nil
		case r == '"' || r == '\'':
			if err := l.str(rest); err != nil {
				return err
			}
			continue
		case r == '_' || unicode.IsLetter(r):
			k := strings.IndexFunc(rest, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
			if k < 0 {
				k = len(rest)
			}
			l.emit(tName, l.advance(k))
			continue
		}
		if m := number.FindString(rest); m != "" {
			k := tInt
			if strings.ContainsAny(m, ".eE") {
				k = tFloat
			}
			l.emit(k, strings.ReplaceAll(l.advance(len(m)), "_", ""))
			continue
		}
		op := ""
		for _, o := range operators {
			if strings.HasPrefix(rest, o) {
				op = o
				break
			}
		}
		switch op {
		case "":
			return l.fail("unexpected character %q", r)
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth < 0 {
				return l.fail("unexpected %q", op)
			}
		}
		l.emit(tOp, l.advance(len(op)))
	}
	return l.fail("a tag is never closed: expected %q", end)
}

func (l *lexer) str(rest string) error {
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case rest[0]:
			s, err := unescape(rest[1:i])
			if err != nil {
				return l.fail("%v", err)
			}
			l.emit(tString, s)
			l.advance(i + 1)
			return nil
		}
	}
	return l.fail("a string is never closed")
}

// isSpace is Python's str.isspace.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1C && r <= 0x1F }
