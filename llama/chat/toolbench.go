package chat

import (
	"fmt"
	"strings"
)

// ToolBenchMessage is a message as ToolBench's inference keeps it: an action is
// an assistant's thought with one call.
type ToolBenchMessage struct {
	Role      string // system, user, assistant or tool
	Content   string
	Name      string // of the function called, for assistant messages
	Arguments string // as the model wrote them
	Plain     bool   // of assistant messages: Content is all that was written, no call could be read from it
}

// ToolBenchPrompt lays out a conversation byte for byte as ToolBench's clients do
// (Qin et al. 2023), for replaying them: layout is one of the "-react" layouts,
// functions the Python text of the list of functions, "" for none.
//
// It differs from a Renderer in what the clients do differently: with functions,
// the answer format and their list are written into the system text; the header
// of a past action of toolllama stands on its line ("Assistant: Thought…"), that
// of the next one does not; and turns do not end with a token of their own there.
func ToolBenchPrompt(layout string, messages []ToolBenchMessage, functions string) (string, error) {
	l := find(layout)
	if l == nil || !strings.HasSuffix(layout, "-react") {
		return "", fmt.Errorf("chat: ToolBenchPrompt: layout %q is none of toolllama-react, qwen2-react, llama3-1-react", layout)
	}
	end := l.between().String()
	var b strings.Builder
	for i, m := range messages {
		role, content := "", m.Content
		switch m.Role {
		case "system":
			role = l.roles.system
			if functions != "" {
				content = WithFunctions(content, functions)
			}
		case "user":
			role = l.roles.user
		case "tool", "function":
			role = l.roles.function
		case "assistant":
			role = l.roles.assistant
			if m.Plain {
				break
			}
			content = "Thought: " + m.Content + "\nAction: " + m.Name + "\nAction Input: " + m.Arguments
		default:
			return "", fmt.Errorf("chat: ToolBenchPrompt: message %d has role %q", i, m.Role)
		}
		header := l.header(role).String()
		if layout == "toolllama-react" {
			header = role + ": "
		}
		b.WriteString(header + content + end)
	}
	b.WriteString(l.header(l.roles.assistant).String())
	return b.String(), nil
}
