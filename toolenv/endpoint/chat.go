package endpoint

import (
	"context"
	"errors"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// ChatRequest asks for the next message of a conversation. Fields that are zero
// are not sent.
type ChatRequest struct {
	Messages pyliteral.List // of Dict
	Model    string         // the client's when empty
	Tools    pyliteral.List // see Function
	// ToolChoice is "auto", "required", "none" or a Dict (see Choose).
	ToolChoice any
	// Functions and FunctionCall are what tools were called before.
	Functions      pyliteral.List
	FunctionCall   any
	ResponseFormat pyliteral.Dict // see JSONObject
	MaxTokens      int
	Temperature    any // int64 or float64: 0 is sent when it is set
	// Extra fields, such as top_p, seed, n or stop. They replace those above.
	Extra pyliteral.Dict
}

// ChatResponse is the answer.
type ChatResponse struct {
	Choices  []Choice
	Usage    Usage
	Attempts int            // requests that it took
	Raw      pyliteral.Dict // all of it
}

// Choice is one of the messages offered.
type Choice struct {
	Content      string // "" also for null; see Null
	Null         bool   // there is no text
	Calls        []ToolCall
	FunctionCall *ToolCall // the older form of a call
	FinishReason string
	Message      pyliteral.Dict // as it came
}

// Usage is the count of tokens that a server reports, 0 where it does not.
type Usage struct{ PromptTokens, CompletionTokens, TotalTokens int }

// Chat asks for the next message. The response has at least one choice; with an
// error of kind Shape, Raw is what came instead.
func (c *Client) Chat(ctx context.Context, r ChatRequest) (ChatResponse, error) {
	reply, n, err := c.post(ctx, "/chat/completions", r.body(c.o.Model))
	out := ChatResponse{Raw: reply, Attempts: n}
	if err != nil {
		return out, err
	}
	out.Usage = c.usage(reply)
	if out.Choices, err = readChoices(reply); err != nil {
		return out, c.shape("/chat/completions", n, reply, err)
	}
	return out, nil
}

// readChoices reads the messages of an answer; there is at least one.
func readChoices(reply pyliteral.Dict) (out []Choice, err error) {
	choices, _ := list(reply, "choices")
	for _, v := range choices {
		d, _ := v.(pyliteral.Dict)
		m, ok := object(d, "message")
		if !ok {
			return out, errors.New("a choice without a message")
		}
		ch := Choice{Message: m}
		ch.FinishReason, _ = text(d, "finish_reason")
		content, ok := text(m, "content")
		ch.Content, ch.Null = content, !ok
		calls, _ := list(m, "tool_calls")
		for _, v := range calls {
			d, _ := v.(pyliteral.Dict)
			if call, ok := readCall(d); ok {
				ch.Calls = append(ch.Calls, call)
			}
		}
		if f, ok := object(m, "function_call"); ok {
			call := ToolCall{}
			call.Name, _ = text(f, "name")
			call.Arguments = arguments(f)
			ch.FunctionCall = &call
		}
		out = append(out, ch)
	}
	if len(out) == 0 {
		return nil, errors.New("no choices in the answer")
	}
	return out, nil
}

func (r *ChatRequest) body(model string) pyliteral.Dict {
	var f fields
	messages := r.Messages
	if messages == nil {
		messages = pyliteral.List{}
	}
	f.set("messages", messages)
	if r.Model != "" {
		model = r.Model
	}
	if model != "" {
		f.set("model", model)
	}
	if r.MaxTokens > 0 {
		f.set("max_tokens", int64(r.MaxTokens))
	}
	if r.ResponseFormat != nil {
		f.set("response_format", r.ResponseFormat)
	}
	f.some("temperature", r.Temperature)
	f.some("tool_choice", r.ToolChoice)
	if r.Tools != nil {
		f.set("tools", r.Tools)
	}
	if r.Functions != nil {
		f.set("functions", r.Functions)
	}
	f.some("function_call", r.FunctionCall)
	f.extra(r.Extra)
	return pyliteral.Dict(f)
}

// readCall reads an element of tool_calls; one without a function is none.
func readCall(d pyliteral.Dict) (ToolCall, bool) {
	f, ok := object(d, "function")
	if !ok {
		return ToolCall{}, false
	}
	call := ToolCall{Arguments: arguments(f)}
	call.ID, _ = text(d, "id")
	call.Name, _ = text(f, "name")
	return call, true
}

// arguments are a text; some servers send the object itself.
func arguments(f pyliteral.Dict) string {
	v, ok := f.Get("arguments")
	if s, isText := v.(string); isText || !ok || v == nil {
		return s
	}
	return pyliteral.Dumps(v, pyliteral.JSONStyle{})
}

// usage reads the count of tokens and adds it to the client's.
func (c *Client) usage(reply pyliteral.Dict) Usage {
	d, _ := object(reply, "usage")
	u := Usage{count(d, "prompt_tokens"), count(d, "completion_tokens"), count(d, "total_tokens")}
	c.prompt.Add(int64(u.PromptTokens))
	c.complete.Add(int64(u.CompletionTokens))
	return u
}

// shape is the error of an answer that is not one of this API's. reply may be nil.
func (c *Client) shape(path string, attempts int, reply pyliteral.Dict, err error) error {
	e := &Error{Kind: Shape, URL: c.base.String() + path, Status: 200, Attempts: attempts, Err: err}
	if reply != nil {
		e.Body = c.excerpt([]byte(pyliteral.Dumps(reply, pyliteral.JSONStyle{})))
	}
	c.redact(e)
	c.counts.add(e.Kind)
	return e
}
