package judge

import (
	"context"
	"errors"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// maxTokens bounds a reply, as in the release.
const maxTokens = 1000

// ask puts a question and reads the answer, which read refuses when it cannot be
// used. The question is put again then, up to Attempts times; the released form
// leaves that to its callers.
func ask[T any](ctx context.Context, j *Judge, f *function, read func(v any) (T, error), values ...string) (T, error) {
	if j.o.Released {
		v, err := j.releasedCall(ctx, f, values)
		if err != nil {
			var none T
			return none, err
		}
		return read(v)
	}
	for n := 1; ; n++ {
		v, err := j.call(ctx, f, values)
		var out T
		if err == nil {
			out, err = read(v)
		}
		if err == nil {
			return out, nil
		}
		var reply *ReplyError
		if again := errors.As(err, &reply) || endpoint.KindOf(err) == endpoint.Shape; !again || n >= j.o.Attempts || ctx.Err() != nil {
			return out, err
		}
	}
}

// request is a question as it is sent.
func (j *Judge) request(f *function, values []string) endpoint.ChatRequest {
	return endpoint.ChatRequest{
		Messages:    pyliteral.List{endpoint.Text("user", f.fill(values))},
		Model:       j.o.Model,
		MaxTokens:   maxTokens,
		Temperature: int64(0),
		Tools:       pyliteral.List{endpoint.Function(f.schema)},
		ToolChoice:  endpoint.Choose(f.name),
	}
}

// call puts a question once and returns the arguments of the call that answers
// it.
func (j *Judge) call(ctx context.Context, f *function, values []string) (any, error) {
	r, err := j.o.Chat.Chat(ctx, j.request(f, values))
	if err != nil {
		return nil, err
	}
	if len(r.Choices) == 0 {
		return nil, f.wrong("no choice")
	}
	c := r.Choices[0]
	calls := c.Calls
	if len(calls) == 0 && c.FunctionCall != nil && !j.o.Released {
		calls = []endpoint.ToolCall{*c.FunctionCall} // servers of an older kind
	}
	if len(calls) == 0 {
		return nil, f.wrong("no call, but the text %s", short(c.Content))
	}
	if calls[0].Name != f.name && !j.o.Released {
		return nil, f.wrong("a call of %s", short(calls[0].Name))
	}
	v, err := pyliteral.FromJSON(calls[0].Arguments)
	if err != nil {
		return nil, f.wrong("arguments %s: %v", short(calls[0].Arguments), err)
	}
	return v, nil
}

// member reads a field of the arguments.
func (f *function) member(v any, key string) (any, error) {
	d, ok := v.(pyliteral.Dict)
	if !ok {
		return nil, f.wrong("arguments are %s, not an object", short(v))
	}
	m, ok := d.Get(key)
	if !ok {
		return nil, f.wrong("arguments have no %s: %s", key, short(v))
	}
	return m, nil
}

// word reads a field that is one of some words.
func (f *function) word(v any, key string, words ...string) (string, error) {
	m, err := f.member(v, key)
	if err != nil {
		return "", err
	}
	for _, w := range words {
		if m == w {
			return w, nil
		}
	}
	return "", f.wrong("%s is %s", key, short(m))
}
