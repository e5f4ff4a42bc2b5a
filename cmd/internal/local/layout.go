package local

import (
	"slices"

	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// layout makes token ids of conversations.
type layout interface {
	Name() string
	// Dialogue are the ids of messages up to the header of the next turn.
	Dialogue(messages []chat.Message) ([]int32, error)
	// UserText is a query in the words that the layout puts around it.
	UserText(query string) string
	// Gives reports whether Dialogue makes these very ids of an assistant's text.
	Gives(ids []int32, text string) bool
}

// rendered is one of the layouts of package chat.
type rendered struct{ *chat.Renderer }

func (r rendered) Gives(ids []int32, text string) (same bool) {
	err := func() (err error) {
		defer tokenizer.Recover(&err) // the tokenizer may be anyone's
		same = slices.Equal(r.ActionIDs(text), ids)
		return nil
	}()
	return err == nil && same
}
