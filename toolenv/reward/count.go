package reward

import (
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Tally counts the calls of a conversation.
type Tally struct {
	Calls     int // turns of the model that call something else than Finish first
	Succeeded int // of those, by the answer in the next message
	Names     []string
}

// Count goes through a conversation in the form of OpenAI's chat API (the last
// list of train_messages in a raw output) as the released notebook does: a message
// of the assistant counts when it has tool_calls and the first does not call Finish;
// whether it succeeded is decided on the message after it. A last message with
// nothing after it does not count.
func (r Rules) Count(messages pyliteral.List) (Tally, error) {
	var t Tally
	for i := range len(messages) - 1 {
		message, _ := messages[i].(pyliteral.Dict)
		if role, _ := message.Get("role"); role != "assistant" {
			continue
		}
		name, ok := firstCall(message)
		if !ok || name == toolenv.FinishName {
			continue
		}
		t.Calls++
		t.Names = append(t.Names, name)
		next, _ := messages[i+1].(pyliteral.Dict)
		v, _ := next.Get("content")
		text, _ := v.(string)
		ok, err := r.Succeeded(text)
		if err != nil {
			return t, err
		}
		if ok {
			t.Succeeded++
		}
	}
	return t, nil
}

// firstCall is the name of the first function that a message calls.
func firstCall(message pyliteral.Dict) (string, bool) {
	v, _ := message.Get("tool_calls")
	calls, _ := v.(pyliteral.List)
	if len(calls) == 0 {
		return "", false
	}
	call, _ := calls[0].(pyliteral.Dict)
	v, _ = call.Get("function")
	function, _ := v.(pyliteral.Dict)
	v, ok := function.Get("name")
	name, _ := v.(string)
	return name, ok
}
