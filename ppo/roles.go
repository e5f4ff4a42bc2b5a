package ppo

import "strings"

// Role says what a sampled token is for, so that the entropy of a policy can be
// read where it matters: a policy that is sure of its layout may still be
// choosing between tools.
type Role uint8

// The roles. Layout is everything else: the words of the format, thoughts, the
// end of the turn.
const (
	Layout    Role = iota
	ToolName       // the name behind "Action:"
	Arguments      // what follows "Action Input:"
	Answer         // the same, of a call of Finish
)

// Roles returns the role of every token of an action in ReAct layout, from the
// text of each token in order. Tokens may cut the text anywhere: a token has
// the role of its first byte that is not a space.
func Roles(pieces []string) []Role {
	text := strings.Join(pieces, "")
	role := make([]Role, len(text))
	const name, input = "Action:", "Action Input:"
	// The last call counts, as for a parser: a thought may mention the words.
	a := lastLine(text, name)
	if a >= 0 {
		from := a + len(name)
		end := from
		for end < len(text) && text[end] != '\n' {
			end++
		}
		paint(role[from:end], ToolName)
		if i := strings.Index(text[end:], input); i >= 0 {
			kind := Arguments
			if strings.TrimSpace(text[from:end]) == "Finish" {
				kind = Answer
			}
			paint(role[end+i+len(input):], kind)
		}
	}
	out := make([]Role, len(pieces))
	at := 0
	for i, p := range pieces {
		first := at
		for first < at+len(p)-1 && (text[first] == ' ' || text[first] == '\n') {
			first++
		}
		if p != "" {
			out[i] = role[first]
		}
		at += len(p)
	}
	return out
}

func paint(r []Role, v Role) {
	for i := range r {
		r[i] = v
	}
}

// lastLine returns the index of the last occurrence of word at the start of a
// line, −1 when there is none.
func lastLine(text, word string) int {
	for i := strings.LastIndex(text, word); i >= 0; i = strings.LastIndex(text[:i], word) {
		if i == 0 || text[i-1] == '\n' {
			return i
		}
	}
	return -1
}
