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
// sees what others wrote: it lays out marks, and in its text the added tokens
// count, special or not. The messages then take the place of the marks as text in
// which none does, nor the words that begin a turn where no token does. A template
// that looks into messages, beyond stripping their ends, sees the marks.
type template struct {
	*chat.Template
	tok      *tokenizer.Tokenizer
	added    []string // tokens, longest first
	stop     []int32
	bos, eos string
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
	out := &template{Template: t, tok: tok, stop: stop, bos: bos, eos: eos, tools: strings.Contains(source, `'tool'`) || strings.Contains(source, `"tool"`)}
	for _, a := range tok.Added() {
		out.added = append(out.added, a.Content)
	}
	slices.SortStableFunc(out.added, func(a, b string) int { return len(b) - len(a) })
	return out, nil
}

// Name is what -layout calls it.
func (t *template) Name() string { return TemplateLayout }

// UserText is the query as ToolBench puts it.
func (t *template) UserText(query string) string { return "\n" + query + "\nBegin!\n" }

// Gives compares without the end of the turn, which is the template's.
func (t *template) Gives(ids []int32, text string) bool {
	want, err := t.tok.TryEncode(text, tokenizer.Literal)
	return err == nil && slices.Equal(want, withoutEnd(ids, t.stop))
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
	list, rest, err := slots(text, len(messages))
	if err != nil {
		return nil, err
	}
	pieces := []string{rest}
	for _, s := range list {
		pieces = append(pieces, s.before)
	}
	words := t.wordsOf(pieces)
	plain := "" // what is to be encoded in one go
	flush := func() {
		ids = t.tok.Append(ids, plain, tokenizer.Literal)
		plain = ""
	}
	trusted := func(s string) {
		for s != "" {
			at, name := t.token(s)
			plain += s[:at]
			if s = s[at:]; name == "" {
				continue
			}
			flush()
			ids = append(ids, t.tok.MustID(name))
			s = s[len(name):]
		}
	}
	for _, s := range list {
		trusted(s.before)
		m := messages[s.message]
		content := s.text(m.Content)
		switch {
		case m.Role != "assistant":
			plain += harmless(words, content)
		case m.IDs != nil: // actions are encoded on their own, as they are sampled
			flush()
			ids = append(ids, withoutEnd(m.IDs, t.stop)...)
		default:
			flush()
			plain = content
			flush()
		}
	}
	trusted(rest)
	flush()
	return ids, nil
}

// token finds the first added token in a text of the template.
func (t *template) token(s string) (at int, name string) {
	at = len(s)
	for _, n := range t.added {
		if i := strings.Index(s, n); i >= 0 && i < at {
			at, name = i, n
		}
	}
	return at, name
}
