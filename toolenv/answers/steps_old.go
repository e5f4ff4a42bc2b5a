package answers

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// cutCall reads what the old form left of a call: the first characters of
// {'name': …, 'arguments': …, 'response': …}.
func cutCall(s string) Call {
	c := Call{Cut: true}
	rest, found := strings.CutPrefix(s, "{")
	for found {
		var key string
		var whole bool
		if key, rest, whole = cutString(rest); !whole {
			return c
		}
		if rest, found = strings.CutPrefix(rest, ": "); !found {
			return c
		}
		var value string
		value, rest, whole = cutString(rest)
		switch key {
		case "name":
			if !whole { // half a name is another name
				return c
			}
			c.Name = value
		case "arguments":
			c.Arguments = value
		case "response":
			c.Response = value
		}
		if rest == "}" && whole {
			c.Cut = false
		}
		rest, found = strings.CutPrefix(rest, ", ")
	}
	return c
}

// cutString reads a Python string at the beginning of s and what follows; whole
// is false when s ends inside of it.
func cutString(s string) (value, rest string, whole bool) {
	if s == "" || s[0] != '\'' && s[0] != '"' {
		return "", s, false
	}
	quote := s[0]
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return unquote(s[:i+1]), s[i+1:], true
		}
	}
	for end := len(s); end > 0 && end > len(s)-10; end-- { // the cut may fall into an escape
		if v, err := pyliteral.Parse(s[:end] + string(quote)); err == nil {
			text, _ := v.(string)
			return text, "", false
		}
	}
	return "", "", false
}

func unquote(literal string) string {
	v, err := pyliteral.Parse(literal)
	if err != nil {
		return ""
	}
	s, _ := v.(string)
	return s
}
