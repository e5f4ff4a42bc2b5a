package chat

import "strings"

// Part is a stretch of a piece: a special token, or text.
type Part struct {
	Text    string
	Special bool // Text names one special token; otherwise it is encoded as plain text
}

// EndOfText stands for the end-of-sequence token of whichever tokenizer is used.
const EndOfText = "</s>"

// Piece is a prompt, an action or an observation with its headers.
type Piece []Part

// String returns the text of the piece, special tokens as they are written.
func (p Piece) String() string {
	var b strings.Builder
	for _, part := range p {
		b.WriteString(part.Text)
	}
	return b.String()
}

func text(s string) Part    { return Part{Text: s} }
func special(s string) Part { return Part{Text: s, Special: true} }
