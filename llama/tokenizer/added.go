package tokenizer

import (
	"unicode"
	"unicode/utf8"
)

// AddedToken is a token matched in the text itself, before any splitting:
// <|im_end|>, <tool_call>.
type AddedToken struct {
	ID         int32  `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"` // only where no word character touches it
	LStrip     bool   `json:"lstrip"`      // swallows white space to its left
	RStrip     bool   `json:"rstrip"`      // swallows white space to its right
	Normalized bool   `json:"normalized"`  // sought in the normalised text
	Special    bool   `json:"special"`     // control token: Plain leaves it text
}

// matcher finds added tokens: leftmost, of these the longest.
type matcher struct {
	nodes []trieNode
	first [256]bool
}

type trieNode struct {
	next  map[byte]int32
	token *AddedToken
}

func (m *matcher) add(content string, tok *AddedToken) {
	if content == "" {
		return
	}
	if len(m.nodes) == 0 {
		m.nodes = []trieNode{{}}
	}
	m.first[content[0]] = true
	at := int32(0)
	for i := range len(content) {
		if m.nodes[at].next == nil {
			m.nodes[at].next = map[byte]int32{}
		}
		next, ok := m.nodes[at].next[content[i]]
		if !ok {
			next = int32(len(m.nodes))
			m.nodes[at].next[content[i]] = next
			m.nodes = append(m.nodes, trieNode{})
		}
		at = next
	}
	m.nodes[at].token = tok
}

// at returns the longest token that s[i:] begins with, and its length.
func (m *matcher) at(s string, i int) (tok *AddedToken, n int) {
	node := int32(0)
	for j := i; j < len(s); j++ {
		next, ok := m.nodes[node].next[s[j]]
		if !ok {
			break
		}
		node = next
		if t := m.nodes[node].token; t != nil {
			tok, n = t, j+1-i
		}
	}
	return
}

// split cuts s at added tokens and calls text for what lies between them.
// With plain, special tokens are text, also where they hide a token inside them.
func (m *matcher) split(s string, plain bool, text func(string), token func(int32)) {
	done := 0    // everything before is emitted
	spaceTo := 0 // white space reaches here from the token before that swallowed it
	if len(m.nodes) > 0 {
		for i := 0; i < len(s); {
			if !m.first[s[i]] {
				i++
				continue
			}
			tok, n := m.at(s, i)
			if tok == nil {
				i++
				continue
			}
			from, to := i, i+n
			i = to
			if plain && tok.Special || tok.SingleWord && (endsWithWord(s[:from]) || startsWithWord(s[to:])) {
				continue
			}
			if tok.LStrip {
				from = trimSpaceRight(s, done, from)
			}
			from = max(from, done)
			if tok.RStrip {
				spaceTo = trimSpaceLeft(s, max(to, spaceTo))
				to = spaceTo
			}
			if done < from {
				text(s[done:from])
			}
			token(tok.ID)
			done = max(to, done)
		}
	}
	if done < len(s) {
		text(s[done:])
	}
}

// trimSpaceRight returns where the white space that ends at i begins, least at
// the earliest.
func trimSpaceRight(s string, least, i int) int {
	for i > least {
		r, n := utf8.DecodeLastRuneInString(s[:i])
		if !unicode.IsSpace(r) {
			break
		}
		i -= n
	}
	return i
}

// trimSpaceLeft returns where the white space that begins at i ends.
func trimSpaceLeft(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsSpace(r) {
			break
		}
		i += n
	}
	return i
}

// isWord is \w of Unicode regular expressions (UTS 18, Annex C).
func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.Is(unicode.Nd, r) || unicode.Is(unicode.Nl, r) ||
		unicode.Is(unicode.Pc, r) || unicode.Is(unicode.Other_Alphabetic, r) || unicode.Is(unicode.Join_Control, r)
}

func startsWithWord(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return n > 0 && isWord(r)
}

func endsWithWord(s string) bool {
	r, n := utf8.DecodeLastRuneInString(s)
	return n > 0 && isWord(r)
}
