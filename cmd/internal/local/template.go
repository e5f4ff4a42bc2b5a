package local

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// TemplateLayout names the layout that is a checkpoint's own chat template.
const TemplateLayout = "template"

// template lays messages out by a checkpoint's chat template. The template never
// sees what others wrote: it lays out marks, and in its text the special tokens
// count. The messages then take the place of the marks as plain text. A template
// that looks into messages, beyond stripping their ends, sees the marks.
type template struct {
	*chat.Template
	tok      *tokenizer.Tokenizer
	specials []string // longest first
	stop     []int32
	tools    bool // the template knows the role tool
}

func newTemplate(source, bos, eos string, tok *tokenizer.Tokenizer, stop []int32) (*template, error) {
	if source == "" {
		return nil, fmt.Errorf("there is no chat template to lay conversations out by: name a layout (%s)", strings.Join(chat.Names(), ", "))
	}
	t, err := chat.NewTemplate(source, bos, eos)
	if err != nil {
		return nil, err
	}
	out := &template{Template: t, tok: tok, stop: stop, tools: strings.Contains(source, `'tool'`) || strings.Contains(source, `"tool"`)}
	for _, a := range tok.Added() {
		if a.Special {
			out.specials = append(out.specials, a.Content)
		}
	}
	slices.SortStableFunc(out.specials, func(a, b string) int { return len(b) - len(a) })
	return out, nil
}

// Name is what -layout calls it.
func (t *template) Name() string { return TemplateLayout }

// UserText is the query as ToolBench puts it.
func (t *template) UserText(query string) string { return "\n" + query + "\nBegin!\n" }

// Gives compares without the end of the turn, which is the template's.
func (t *template) Gives(ids []int32, text string) bool {
	want, err := t.tok.TryEncode(text, tokenizer.Plain)
	return err == nil && slices.Equal(want, t.withoutEnd(ids))
}

func (t *template) withoutEnd(ids []int32) []int32 {
	if n := len(ids); n > 0 && slices.Contains(t.stop, ids[n-1]) {
		return ids[:n-1]
	}
	return ids
}

// Dialogue tries the roles as they are. Templates that know no system, no tools
// or no two turns of a user in a row refuse; then what the assistant did not say
// is joined to turns of the user.
func (t *template) Dialogue(messages []chat.Message) ([]int32, error) {
	ids, err := t.dialogue(messages, t.tools, false)
	if err != nil {
		if joined, err2 := t.dialogue(messages, false, true); err2 == nil {
			return joined, nil
		}
	}
	return ids, err
}

// The marks: pads that no template writes show whether it strips.
const (
	markOpen, markClose = "\ue000", "\ue001"
	pad                 = "\t \t"
)

func (t *template) dialogue(messages []chat.Message, tools, joined bool) (ids []int32, err error) {
	defer tokenizer.Recover(&err)
	var list pyliteral.List
	last := ""
	for i, m := range messages {
		role, mark := m.Role, pad+markOpen+strconv.Itoa(i)+markClose+pad
		if role == "function" || role == "tool" {
			role = "user"
			if tools {
				role = "tool"
			}
		}
		if joined && role == "system" {
			role = "user"
		}
		if joined && role == last {
			n := len(list) - 1
			d := list[n].(pyliteral.Dict)
			list[n] = pyliteral.Dict{d[0], {Key: "content", Value: d[1].Value.(string) + "\n" + mark}}
			continue
		}
		last = role
		list = append(list, pyliteral.Dict{{Key: "role", Value: role}, {Key: "content", Value: mark}})
	}
	text, err := t.Render(chat.TemplateInput{Messages: list, AddGenerationPrompt: true})
	if err != nil {
		return nil, err
	}
	return t.fill(text, messages)
}

// fill encodes a template's text with the messages in the places of their marks.
func (t *template) fill(text string, messages []chat.Message) (ids []int32, err error) {
	plain := "" // what is to be encoded in one go
	flush := func() {
		ids = t.tok.Append(ids, plain, tokenizer.Plain)
		plain = ""
	}
	trusted := func(s string) {
		for s != "" {
			at, name := t.special(s)
			plain += s[:at]
			if s = s[at:]; name == "" {
				continue
			}
			flush()
			ids = append(ids, t.tok.MustID(name))
			s = s[len(name):]
		}
	}
	found := 0
	for {
		before, rest, ok := strings.Cut(text, markOpen)
		if !ok {
			break
		}
		number, after, _ := strings.Cut(rest, markClose)
		i, err := strconv.Atoi(number)
		if err != nil || i < 0 || i >= len(messages) {
			return nil, fmt.Errorf("the chat template changes the text of messages")
		}
		m := messages[i]
		content := m.Content
		if s, kept := strings.CutSuffix(before, pad); kept {
			before = s
		} else {
			content = strings.TrimLeft(content, spaces)
		}
		if s, kept := strings.CutPrefix(after, pad); kept {
			after = s
		} else {
			content = strings.TrimRight(content, spaces)
		}
		if strings.Contains(before, markClose) {
			return nil, fmt.Errorf("the chat template changes the text of messages")
		}
		trusted(before)
		switch {
		case m.Role != "assistant":
			plain += content
		case m.IDs != nil: // actions are encoded on their own, as they are sampled
			flush()
			ids = append(ids, t.withoutEnd(m.IDs)...)
		default:
			flush()
			plain = content
			flush()
		}
		text = after
		found++
	}
	if strings.Contains(text, markClose) {
		return nil, fmt.Errorf("the chat template changes the text of messages")
	}
	trusted(text)
	flush()
	if found != len(messages) {
		return nil, fmt.Errorf("the chat template lays out %d of %d messages", found, len(messages))
	}
	return ids, nil
}

// spaces is what Python strips, in ASCII.
const spaces = " \t\n\r\v\f\x1c\x1d\x1e\x1f"

// special finds the first special token in a text of the template.
func (t *template) special(s string) (at int, name string) {
	at = len(s)
	for _, n := range t.specials {
		if i := strings.Index(s, n); i >= 0 && i < at {
			at, name = i, n
		}
	}
	return at, name
}
