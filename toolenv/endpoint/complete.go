package endpoint

import (
	"context"
	"errors"
	"math"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

var _ search.Completer = (*Client)(nil)

// Complete continues a text. Task and Branch of the request are not sent; a
// temperature always is, other fields when they are not zero, and
// [Options.CompletionFields]. Requests of the result counts also when there is an
// error.
func (c *Client) Complete(ctx context.Context, r search.CompletionRequest) (search.Completion, error) {
	reply, n, err := c.post(ctx, "/completions", c.completion(r))
	out := search.Completion{Requests: n}
	if err != nil {
		return out, err
	}
	_, counted := object(reply, "usage")
	u := c.usage(reply)
	out.PromptTokens, out.CompletionTokens, out.NoUsage = u.PromptTokens, u.CompletionTokens, !counted
	choices, _ := list(reply, "choices")
	if len(choices) == 0 {
		return out, c.shape("/completions", n, reply, errors.New("no choices in the answer"))
	}
	d, _ := choices[0].(pyliteral.Dict)
	s, ok := text(d, "text")
	if !ok {
		return out, c.shape("/completions", n, reply, errors.New("a choice without a text"))
	}
	out.Text = s
	out.FinishReason, _ = text(d, "finish_reason")
	return out, nil
}

func (c *Client) completion(r search.CompletionRequest) pyliteral.Dict {
	var f fields
	if r.Model == "" {
		r.Model = c.o.Model
	}
	if r.Model != "" {
		f.set("model", r.Model)
	}
	f.set("prompt", r.Prompt)
	if r.MaxTokens > 0 {
		f.set("max_tokens", int64(r.MaxTokens))
	}
	switch len(r.Stop) {
	case 0:
	case 1:
		f.set("stop", r.Stop[0])
	default:
		stop := make(pyliteral.List, len(r.Stop))
		for i, s := range r.Stop {
			stop[i] = s
		}
		f.set("stop", stop)
	}
	f.set("temperature", Temperature(r.Temperature))
	if r.TruncatePrompt > 0 {
		f.set("truncate_prompt_tokens", int64(r.TruncatePrompt))
	}
	f.extra(c.o.CompletionFields)
	return pyliteral.Dict(f)
}

// Temperature is a temperature as a value of a request: a whole number is written
// without a point, as the released clients do.
func Temperature(t float64) any {
	if t == math.Trunc(t) && math.Abs(t) < 1e6 {
		return int64(t)
	}
	return t
}
