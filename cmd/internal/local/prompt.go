package local

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/policy/neutral"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// prompt is a conversation as token ids, up to the header of the turn asked for.
func (m *Model) prompt(r *search.Request, sample int) ([]int32, error) {
	var out []chat.Message
	number := 0 // of the assistant's turns
	for _, msg := range r.Messages {
		if msg.Invalid {
			continue
		}
		t := chat.Message{Role: msg.Role, Content: msg.Content}
		switch {
		case msg.Role == "system":
			t.Content = m.system(msg.Content, r.Functions)
		case msg.Role == "user":
			t.Content = m.user(msg.Content)
		case msg.Role == "assistant":
			t.Content = m.said(&msg)
			t.IDs = m.sampled(r.Task, sample, number, &msg)
			number++
		}
		if t.Role != "assistant" {
			t.Content = neutral.Roles(m.layout.Name(), t.Content)
		}
		out = append(out, t)
	}
	ids, err := m.layout.Dialogue(out)
	if err != nil {
		return nil, fmt.Errorf("local: task %s: %w", r.Task, err)
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("local: task %s: the layout makes an empty prompt of its messages, which no turn can follow", r.Task)
	}
	if i := slices.IndexFunc(ids, func(id int32) bool { return int(id) >= m.vocab }); i >= 0 {
		return nil, fmt.Errorf("local: task %s: the token %q of the prompt has id %d, but the model knows %d: are tokenizer and model of one checkpoint?", r.Task, m.tok.Token(ids[i]), ids[i], m.vocab)
	}
	return ids, nil
}

// instructed reports whether the layout shows ToolBench's instructions.
func (m *Model) instructed() bool {
	return m.layout.Name() == TemplateLayout || strings.HasSuffix(m.layout.Name(), "-react")
}

// system is the system text as the layout's models know it: the names of the
// functions alone, or instructions and schemas. Without functions, as when
// candidates are compared, it stays as it is.
func (m *Model) system(content string, functions []pyliteral.Dict) string {
	if len(functions) == 0 {
		return content
	}
	if m.instructed() {
		list := make(pyliteral.List, len(functions))
		for i, f := range functions {
			list[i] = f
		}
		return chat.WithFunctions(content, pyliteral.Repr(list))
	}
	var names []string
	for _, f := range functions {
		v, _ := f.Get("name")
		if name, ok := v.(string); ok && name != toolenv.FinishName {
			names = append(names, name)
		}
	}
	return toolenv.SystemPrompt(names)
}

// user is a user's text: a query in the layout's words instead of ToolBench's,
// anything else as it is.
func (m *Model) user(content string) string {
	query, ok := strings.CutPrefix(content, "\n")
	if !ok {
		return content
	}
	if query, ok = strings.CutSuffix(query, "\nBegin!\n"); !ok {
		return content
	}
	return m.layout.UserText(query)
}

// said is a turn of the model as text, as it writes one.
func (m *Model) said(msg *search.Message) string {
	if len(msg.Calls) == 0 || msg.Calls[0].Name == "" {
		return msg.Content
	}
	action := toolenv.FormatAction(msg.Calls[0].Name, msg.Calls[0].Arguments)
	if msg.Content == "" {
		return action
	}
	return "Thought: " + msg.Content + "\n" + action
}
