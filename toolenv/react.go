package toolenv

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Call is one function call of a model.
type Call struct {
	Name string `json:"name"`
	// Args is the argument object exactly as the model wrote it.
	Args json.RawMessage `json:"args"`
}

// ParseError says why no call could be read from a model's text.
type ParseError struct {
	Kind ParseErrorKind
}

// ParseErrorKind distinguishes the ways in which an action can be malformed.
type ParseErrorKind string

// The kinds, in the words that a policy reads; those of a text in which several
// pairs of lines are malformed is the last pair's.
const (
	NoAction     ParseErrorKind = "no 'Action:' line"
	NoInput      ParseErrorKind = "no 'Action Input:' line" // right behind the line of the action
	EmptyName    ParseErrorKind = "empty action name"
	InputNotJSON ParseErrorKind = "action input is not JSON" // also when something stands behind the JSON
	InputNoDict  ParseErrorKind = "action input is not a JSON object"
)

// Error implements error.
func (e *ParseError) Error() string { return "toolenv: ParseReAct: " + string(e.Kind) }

// Observation is what the environment answers to such a text: short, so that
// a policy can read it and write the call again.
func (e *ParseError) Observation() string { return Observation("parse error: "+string(e.Kind), "") }

const (
	thoughtMark = "Thought:"
	actionMark  = "Action:"
	inputMark   = "Action Input:"
)

// ParseReAct reads the last well-formed pair of lines "Action: name" and
// "Action Input: {…}" of a model's text, and the thought before it. The input
// may span lines; it ends before a line that begins with "Thought:",
// "Function:", "Observation:" or "Action:". It has to be one JSON object with
// nothing after it. The error is a *ParseError.
func ParseReAct(text string) (call Call, thought string, err error) {
	kind := NoAction
	for end := len(text); ; {
		start := lastLineWith(text[:end], actionMark)
		if start < 0 {
			return Call{}, "", &ParseError{kind}
		}
		c, k := parsePair(text[start+len(actionMark) : end]) // up to the next line of an action
		if k == "" {
			return c, thoughtIn(text[:start]), nil
		}
		if kind == NoAction { // of several malformed pairs the last one is reported
			kind = k
		}
		end = start
	}
}

// parsePair reads " name\nAction Input: {…}".
func parsePair(s string) (Call, ParseErrorKind) {
	line, rest, found := strings.Cut(s, "\n")
	if !found || !strings.HasPrefix(rest, inputMark) {
		return Call{}, NoInput
	}
	name := strings.TrimSpace(line)
	if name == "" {
		return Call{}, EmptyName
	}
	input := rest[len(inputMark):]
	for _, mark := range []string{"\nThought:", "\nFunction:", "\nObservation:"} {
		if i := strings.Index(input, mark); i >= 0 {
			input = input[:i]
		}
	}
	raw := bytes.TrimSpace([]byte(input))
	if !json.Valid(raw) {
		return Call{}, InputNotJSON
	}
	if raw[0] != '{' {
		return Call{}, InputNoDict
	}
	return Call{Name: name, Args: raw}, ""
}

// lastLineWith returns where the last line that begins with mark starts, or -1.
func lastLineWith(text, mark string) int {
	for end := len(text); end > 0; {
		i := strings.LastIndex(text[:end], mark)
		if i <= 0 || text[i-1] == '\n' {
			return i
		}
		end = i + len(mark) - 1
	}
	return -1
}

func thoughtIn(before string) string {
	i := lastLineWith(before, thoughtMark)
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(before[i+len(thoughtMark):])
}
