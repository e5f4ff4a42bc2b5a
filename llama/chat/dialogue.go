package chat

import (
	"fmt"

	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// Message is a turn of a [Renderer.Dialogue].
type Message struct {
	Role    string // system, user, assistant or tool
	Content string
	// IDs are those of an assistant's turn as it was sampled, with what ended it;
	// nil renders Content.
	IDs []int32
}

// Dialogue are the ids of messages in any order up to the header of the next
// action. For a prompt, actions and observations they are those of Render: every
// action is tokenised on its own, and so is what stands between two actions. User
// texts are taken as they are; see UserText.
func (r *Renderer) Dialogue(messages []Message) (ids []int32, err error) {
	defer tokenizer.Recover(&err)
	l, ok := r.Layout.(*turns)
	if !ok {
		return nil, fmt.Errorf("chat: Dialogue: layout %s is not one of this package", r.Name())
	}
	ids = r.Prefix()
	var between Piece
	for i, m := range messages {
		role := ""
		switch m.Role {
		case "system":
			role = l.roles.system
		case "user":
			role = l.roles.user
		case "tool", "function":
			role = l.roles.function
		case "assistant":
			ids = r.append(ids, join(between, l.header(l.roles.assistant)))
			if m.IDs != nil {
				ids = append(ids, m.IDs...)
			} else {
				ids = r.append(ids, l.Action(m.Content))
			}
			between = l.end[1:] // the action has said end[0] itself
			continue
		default:
			return nil, fmt.Errorf("chat: Dialogue: message %d has role %q", i, m.Role)
		}
		between = join(between, l.header(role), Piece{text(m.Content)}, l.between())
	}
	return r.append(ids, join(between, l.header(l.roles.assistant))), nil
}

// UserText is a query in the words that the layout puts around it.
func (r *Renderer) UserText(query string) string {
	if l, ok := r.Layout.(*turns); ok {
		return l.userBefore + query + l.userAfter
	}
	return query
}
