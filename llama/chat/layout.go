package chat

import (
	"fmt"
	"slices"
	"strings"
)

// Layout says where the parts of a conversation stand in the text.
type Layout interface {
	// Name is what ByName knows it by.
	Name() string
	// Prompt is the text before the first action, the header of the action included.
	Prompt(system, user string) Piece
	// Observation is what follows an action: the observation as a turn of its own
	// and the header of the next action.
	Observation(text string) Piece
	// Action is what a policy says, with the token that ends its turn.
	Action(text string) Piece
	// Parse takes stored texts in this layout apart: prompts[0] a prompt,
	// prompts[k] the observation after actions[k-1], actions[k] an action.
	Parse(prompts, actions []string) (Conversation, error)
	// Format is the way back: texts as StepTool stores them.
	Format(c Conversation) (prompts, actions []string)
}

// turns is a Layout made of headers and ends. Each text is written
// header(role) + content + end.
type turns struct {
	name string
	// header of a role, with special tokens marked.
	header func(role string) Piece
	// end of a turn; its first part is what a policy has to say to end its own.
	end Piece
	// user wraps the query: the words that StepTool puts around it.
	userBefore, userAfter string
	roles                 roles
}

type roles struct{ system, user, function, assistant string }

var (
	plainRoles   = roles{"system", "user", "function", "assistant"}
	capitalRoles = roles{"System", "User", "Function", "Assistant"}
)

func (l *turns) Name() string { return l.name }

func (l *turns) Prompt(system, user string) Piece {
	end := l.between()
	return join(
		l.header(l.roles.system), Piece{text(system)}, end,
		l.header(l.roles.user), Piece{text(l.userBefore + user + l.userAfter)}, end,
		l.header(l.roles.assistant))
}

// between ends a turn that is not an action. Where turns end in a word rather
// than a token (toolllama), only actions get the end-of-sequence token.
func (l *turns) between() Piece {
	if l.end[0].Text == EndOfText {
		return l.end[1:]
	}
	return l.end
}

func (l *turns) Observation(obs string) Piece {
	return join(
		l.end[1:], // of the action before; the policy has said end[0] itself
		l.header(l.roles.function), Piece{text(obs)}, l.between(),
		l.header(l.roles.assistant))
}

func (l *turns) Action(s string) Piece { return Piece{text(s), l.end[0]} }

func join(pieces ...Piece) (out Piece) {
	for _, p := range pieces {
		for _, part := range p {
			if part.Text != "" {
				out = append(out, part)
			}
		}
	}
	return
}

// wordHeader is a role as a word, as in "System:\n".
func wordHeader(after string) func(string) Piece {
	return func(role string) Piece { return Piece{text(role + after)} }
}

// chatML is the layout of Qwen: <|im_start|>role\n … <|im_end|>\n.
func chatML(role string) Piece { return Piece{special("<|im_start|>"), text(role + "\n")} }

// llama3 is the layout of Llama 3: role in a header of two tokens, two newlines.
func llama3(role string) Piece {
	return Piece{special("<|start_header_id|>"), text(role), special("<|end_header_id|>"), text("\n\n")}
}

// The layouts. Text and order are those of StepTool's data_train and of
// ToolBench's inference, byte for byte, except that an action of toolllama ends
// with the end-of-sequence token, which the released data lacks.
var layouts = []*turns{
	{
		name: "toolllama", roles: capitalRoles, header: wordHeader(":\n"),
		end: Piece{special(EndOfText), text("\n")}, userAfter: "\nBegin!\n",
	},
	{
		name: "qwen2", roles: plainRoles, header: chatML,
		end: Piece{special("<|im_end|>"), text("\n")}, userBefore: "\n", userAfter: "\nBegin!\n",
	},
	{
		name: "llama3-1", roles: plainRoles, header: llama3,
		end: Piece{special("<|eot_id|>")}, userAfter: "\nBegin!\n",
	},
	{
		name: "toolllama-react", roles: capitalRoles, header: toolBenchHeader,
		end: Piece{special(EndOfText), text("\n")}, userBefore: "\n", userAfter: "\nBegin!\n",
	},
}

// toolBenchHeader is "System: ", except that an action begins on a new line.
func toolBenchHeader(role string) Piece {
	if role == capitalRoles.assistant {
		return Piece{text(role + ":\n")}
	}
	return Piece{text(role + ": ")}
}

func init() {
	// For models with turn tokens, ToolBench's inference differs from StepTool's
	// training in the system text and in a newline before the query, which the
	// training rows of llama3-1 lack.
	for _, name := range []string{"qwen2", "llama3-1"} {
		l := *find(name)
		l.name += "-react"
		l.userBefore = "\n"
		layouts = append(layouts, &l)
	}
}

func find(name string) *turns {
	i := slices.IndexFunc(layouts, func(l *turns) bool { return l.name == name })
	if i < 0 {
		return nil
	}
	return layouts[i]
}

// Names lists the layouts.
func Names() []string {
	var names []string
	for _, l := range layouts {
		names = append(names, l.name)
	}
	return names
}

// ByName returns a layout.
func ByName(name string) (Layout, error) {
	if l := find(name); l != nil {
		return l, nil
	}
	return nil, fmt.Errorf("chat: unknown template %q (known: %s)", name, strings.Join(Names(), ", "))
}
