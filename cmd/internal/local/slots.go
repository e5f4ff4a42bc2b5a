package local

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// The marks: pads that no template writes show whether it strips.
const (
	markOpen, markClose = "\ue000", "\ue001"
	pad                 = "\t \t"
	jsonPad             = `\t \t` // as a template writes it that makes JSON of a message
)

// slot is where a message stands in a template's text.
type slot struct {
	before              string // what the template writes in front of it
	message             int
	stripLeft, stripEnd bool // the template strips there
	json                bool // the template makes a JSON text of it
}

// text is what the template makes of a message's content.
func (s *slot) text(content string) string {
	if s.json {
		content = pyliteral.Dumps(content, pyliteral.JSONStyle{})
		return content[1 : len(content)-1] // the quotes are the template's
	}
	if s.stripLeft {
		content = strings.TrimLeft(content, spaces)
	}
	if s.stripEnd {
		content = strings.TrimRight(content, spaces)
	}
	return content
}

// slots cuts a template's text at the marks of n messages.
func slots(text string, n int) (list []slot, rest string, err error) {
	changed := errors.New("the chat template changes the text of messages")
	seen := make([]bool, n)
	for {
		before, marked, ok := strings.Cut(text, markOpen)
		if !ok {
			break
		}
		number, after, _ := strings.Cut(marked, markClose)
		i, err := strconv.Atoi(number)
		if err != nil || i < 0 || i >= n || strings.Contains(before, markClose) {
			return nil, "", changed
		}
		s := slot{before: before, message: i, stripLeft: true, stripEnd: true}
		if cut, kept := strings.CutSuffix(before, pad); kept {
			s.before, s.stripLeft = cut, false
		} else if cut, kept := strings.CutSuffix(before, jsonPad); kept {
			s.before, s.json = cut, true
			after = strings.TrimPrefix(after, jsonPad)
		}
		if cut, kept := strings.CutPrefix(after, pad); kept {
			after, s.stripEnd = cut, false
		}
		if seen[i] {
			return nil, "", fmt.Errorf("the chat template lays out message %d twice", i)
		}
		seen[i] = true
		list, text = append(list, s), after
	}
	if strings.Contains(text, markClose) {
		return nil, "", changed
	}
	if len(list) != n {
		return nil, "", fmt.Errorf("the chat template lays out %d of %d messages", len(list), n)
	}
	return list, text, nil
}

// spaces is what Python strips, in ASCII.
const spaces = " \t\n\r\v\f\x1c\x1d\x1e\x1f"
