package search

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stepgrain/stepgrain/internal/pause"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv"
)

// TextModel makes a Model of something that continues texts: it lays the
// conversation out as ToolBench's clients do and reads thought and call out of
// the continuation.
type TextModel struct {
	Completer Completer
	// Layout is toolllama-react, qwen2-react or llama3-1-react (see llama/chat).
	Layout string
	// Model is the name that is sent; it may be empty.
	Model string
	// Temperature of sampling; 0 takes the likeliest token.
	Temperature float64
	// MaxTokens of a continuation; 0 means 1024.
	MaxTokens int
	// TruncatePrompt is how many tokens of a prompt's end the endpoint keeps; 0
	// means 7100, negative all.
	TruncatePrompt int
	// Released reads texts with the released parser, which never fails, shows the
	// model prompts to be different long after they have done their work, and
	// asks up to 6 times with pauses of 15 s. Otherwise the parser is strict, and
	// one attempt is made: a Completer repeats itself what is worth repeating.
	Released bool
	// Attempts and Pause replace these numbers where they are not 0.
	Attempts int
	Pause    time.Duration
	// Sleep waits between attempts; nil waits on the clock.
	Sleep func(ctx context.Context, d time.Duration) error
	// Clean takes the force out of what looks like a control token in the text of
	// others: queries, descriptions, observations, and what the model itself wrote.
	// Nil leaves texts as they are.
	Clean func(layout, text string) string
}

// stops are the texts at which the released clients end a continuation.
var stops = map[string]string{"toolllama-react": "</s>", "qwen2-react": "<|endoftext|>", "llama3-1-react": "<|eot_id|>"}

// defaults of a continuation, those of ToolBench's clients.
const (
	maxTokens      = 1024
	truncatePrompt = 7100
)

// Next asks for a turn.
func (m *TextModel) Next(ctx context.Context, r *Request) (*Reply, error) {
	stop, ok := stops[m.Layout]
	if !ok {
		panic(fmt.Sprintf("search: TextModel: layout %q is none of toolllama-react, qwen2-react, llama3-1-react", m.Layout))
	}
	prompt, err := m.Prompt(r)
	if err != nil {
		return nil, err
	}
	req := CompletionRequest{
		Task: r.Task, Branch: r.Branch, Model: m.Model, Prompt: prompt, Stop: []string{stop},
		MaxTokens: m.MaxTokens, Temperature: m.Temperature, TruncatePrompt: m.TruncatePrompt,
	}
	if req.MaxTokens == 0 {
		req.MaxTokens = maxTokens
	}
	switch {
	case req.TruncatePrompt == 0:
		req.TruncatePrompt = truncatePrompt
	case req.TruncatePrompt < 0:
		req.TruncatePrompt = 0
	}
	if !m.Released && m.Layout == "qwen2-react" {
		req.Stop = append(req.Stop, "<|im_end|>") // the end of a turn, which the release leaves to the model's settings
	}
	c, requests, err := m.ask(ctx, req)
	if err != nil {
		return nil, &ModelError{Requests: requests, Err: err}
	}
	reply := ReadText(c.Text, r, m.Released)
	reply.PromptTokens, reply.CompletionTokens, reply.Requests = c.PromptTokens, c.CompletionTokens, requests
	return reply, nil
}

// errNoUsage is what the release stumbles over, too.
var errNoUsage = errors.New("the answer does not say how many tokens it took")

// ask makes the attempts.
func (m *TextModel) ask(ctx context.Context, req CompletionRequest) (c Completion, requests int, err error) {
	attempts, pause := 1, 15*time.Second
	if m.Released {
		attempts = 6
	}
	if m.Attempts > 0 {
		attempts = m.Attempts
	}
	if m.Pause > 0 {
		pause = m.Pause
	}
	for i := range attempts {
		if i > 0 {
			if serr := m.sleep(ctx, pause); serr != nil {
				return c, requests, serr
			}
		}
		c, err = m.Completer.Complete(ctx, req)
		requests += max(c.Requests, 1)
		if err == nil && c.NoUsage && m.Released {
			err = errNoUsage
		}
		if err == nil || ctx.Err() != nil {
			break
		}
	}
	return c, requests, err
}

func (m *TextModel) sleep(ctx context.Context, d time.Duration) error {
	if m.Sleep != nil {
		return m.Sleep(ctx, d)
	}
	return pause.For(ctx, d)
}

// Prompt lays out a conversation.
func (m *TextModel) Prompt(r *Request) (string, error) {
	functions := ""
	if len(r.Functions) > 0 {
		list := make(pyliteral.List, len(r.Functions))
		for i, f := range r.Functions {
			list[i] = f
		}
		functions = pyliteral.Repr(list)
	}
	clean := func(s string) string {
		if m.Clean == nil {
			return s
		}
		return m.Clean(m.Layout, s)
	}
	messages := make([]chat.ToolBenchMessage, 0, len(r.Messages))
	for i := range r.Messages {
		msg := &r.Messages[i]
		if msg.Invalid && !m.Released {
			continue
		}
		out := chat.ToolBenchMessage{Role: msg.Role, Content: clean(msg.Content)}
		switch {
		case msg.Role != "assistant":
		case len(msg.Calls) > 0 && (m.Released || msg.Calls[0].Name != ""):
			out.Name, out.Arguments = clean(msg.Calls[0].Name), clean(msg.Calls[0].Arguments)
		case !m.Released:
			out.Plain = true
		}
		messages = append(messages, out)
	}
	return chat.ToolBenchPrompt(m.Layout, messages, clean(functions))
}

// ReadText takes what a model wrote for a request apart: thought and call, or
// with a strict parser the reason why there is no call (ParseError), the whole
// text being the content then. The released parser never fails. Where no call
// was required the text is the content.
func ReadText(text string, r *Request, released bool) *Reply {
	reply := &Reply{Text: text, Content: text, Requests: 1}
	if released {
		thought, name, input := toolenv.ParseReleased(text)
		reply.Content, reply.Calls = thought, []Call{{Name: name, Arguments: input}}
		return reply
	}
	if !r.Required {
		return reply
	}
	call, thought, err := toolenv.ParseReAct(text)
	if err != nil {
		reply.ParseError = err.Error()
		var p *toolenv.ParseError
		if errors.As(err, &p) {
			reply.ParseError = string(p.Kind)
		}
		return reply
	}
	reply.Content, reply.Calls = thought, []Call{{Name: call.Name, Arguments: string(call.Args)}}
	return reply
}
