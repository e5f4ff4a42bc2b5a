package local

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// word is what a template writes in front of a message where no token of control
// does: "USER:" or "### Response:". Text of others could say the same.
type word struct {
	text     string
	newLine  bool // it begins a line
	wholeOne bool // and is all of it
}

// wordsOf finds the words in what a template writes before, between and behind
// messages. The tokens that begin and end texts do not count as tokens of
// control: a word behind them begins a turn as much as one on its own.
func (t *template) wordsOf(pieces []string) (words []word) {
	for _, p := range pieces {
		run, token := "", ""
		for p != "" {
			at, name := t.token(p)
			if at > 0 {
				run += p[:at]
			}
			if name != "" && name != t.bos && name != t.eos {
				run, token = "", name
			} else if name != "" {
				run, token = "", ""
			}
			p = p[at+len(name):]
		}
		head := strings.TrimRight(run, spaces)
		line := strings.LastIndexByte(head, '\n')
		w := word{strings.Trim(head[line+1:], spaces), line >= 0, strings.Contains(run[len(head):], "\n")}
		if token == "" && w.text != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

// harmless puts a backslash behind the first character of every word in a text of
// others, as package neutral does.
func harmless(words []word, s string) string {
	for _, w := range words {
		_, first := utf8.DecodeRuneInString(w.text)
		done := 0
		for {
			i := strings.Index(s[done:], w.text)
			if i < 0 {
				break
			}
			i += done
			done = i + len(w.text)
			line := strings.TrimRight(s[:i], " \t")
			rest := strings.TrimLeft(s[done:], " \t")
			if w.newLine && line != "" && !strings.ContainsAny(line[len(line)-1:], "\r\n") || w.wholeOne && rest != "" && !strings.ContainsAny(rest[:1], "\r\n") {
				continue
			}
			s = s[:i+first] + `\` + s[i+first:]
			done++
		}
	}
	return s
}
