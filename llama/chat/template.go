package chat

import (
	"errors"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/llama/chat/jinja"
)

// Template is the chat template of a checkpoint: Jinja text that lays out
// messages and tools in the words that the model was trained on.
type Template struct {
	tmpl     *jinja.Template
	bos, eos string
}

// NewTemplate compiles a chat template. bos and eos are the tokens that it may
// refer to as bos_token and eos_token, "" for those that the tokenizer lacks.
func NewTemplate(source, bos, eos string) (*Template, error) {
	t, err := jinja.Parse(source)
	if err != nil {
		return nil, fmt.Errorf("chat: template: %w", err)
	}
	return &Template{t, bos, eos}, nil
}

// TemplateInput is what a template lays out. Messages and Tools are lists of
// dicts as JSON has them; key order is kept and shows in the text.
type TemplateInput struct {
	Messages            pyliteral.List
	Tools               pyliteral.List // nil: none
	Variables           pyliteral.Dict // further variables, such as enable_thinking
	AddGenerationPrompt bool           // end with the header of the answer
}

// Render lays out a conversation.
func (t *Template) Render(in TemplateInput) (string, error) {
	var tools any
	if in.Tools != nil {
		tools = in.Tools
	}
	vars := pyliteral.Dict{
		{Key: "messages", Value: in.Messages}, {Key: "tools", Value: tools}, {Key: "documents", Value: nil},
		{Key: "add_generation_prompt", Value: in.AddGenerationPrompt},
	}
	if t.bos != "" {
		vars = append(vars, pyliteral.Item{Key: "bos_token", Value: t.bos})
	}
	if t.eos != "" {
		vars = append(vars, pyliteral.Item{Key: "eos_token", Value: t.eos})
	}
	text, err := t.tmpl.Render(append(vars, in.Variables...))
	if err != nil {
		return "", fmt.Errorf("chat: template: %w", err)
	}
	return text, nil
}

// RenderJSON lays out a conversation given as JSON: a list of messages
// ({"role", "content"}, …), or an object with "messages", "tools" and further
// variables for the template.
func (t *Template) RenderJSON(data []byte, addGenerationPrompt bool) (string, error) {
	in, err := parseInput(data)
	if err != nil {
		return "", fmt.Errorf("chat: conversation: %w", err)
	}
	in.AddGenerationPrompt = addGenerationPrompt
	return t.Render(in)
}

func parseInput(data []byte) (in TemplateInput, err error) {
	v, err := pyliteral.FromJSON(string(data))
	if err != nil {
		return in, fmt.Errorf("not JSON: %w", err)
	}
	switch v := v.(type) {
	case pyliteral.List:
		in.Messages = v
	case pyliteral.Dict:
		for _, it := range v {
			ok := true
			switch it.Key {
			case "messages":
				in.Messages, ok = it.Value.(pyliteral.List)
			case "tools":
				if it.Value != nil {
					in.Tools, ok = it.Value.(pyliteral.List)
				}
			default:
				in.Variables = append(in.Variables, it)
			}
			if !ok {
				return in, fmt.Errorf("%s is not a list", it.Key)
			}
		}
	default:
		return in, errors.New("neither a list of messages nor an object with messages")
	}
	if len(in.Messages) == 0 {
		return in, errors.New("no messages in it")
	}
	for i, m := range in.Messages {
		d, ok := m.(pyliteral.Dict)
		if !ok {
			return in, fmt.Errorf("message %d is not an object", i)
		}
		if role, ok := d.Get("role"); !ok || !isString(role) {
			return in, fmt.Errorf("message %d has no role", i)
		}
	}
	return in, nil
}

func isString(v any) bool { _, ok := v.(string); return ok }
