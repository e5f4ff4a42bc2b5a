package policy

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// Chat is a model behind a chat endpoint that calls tools. It asks as ToolBench's
// client of ChatGPT does: with the functions as tools and, where a call is
// wanted, tool_choice "required".
type Chat struct {
	Client *endpoint.Client
	// Model is the name that is sent; the client's when empty.
	Model string
	// Temperature of sampling; nil leaves it to the endpoint.
	Temperature *float64
	// MaxTokens of an answer; 0 leaves it to the endpoint.
	MaxTokens int
	// Choice is sent as tool_choice where a call is wanted. "" means "required";
	// "auto" is for servers that know no other.
	Choice string
	// Legacy sends functions and reads function_call, which came before tools.
	Legacy bool
	// Extra fields of every request, such as seed or top_p.
	Extra pyliteral.Dict
}

var _ search.Model = (*Chat)(nil)

// Next asks for a turn. A turn may hold several calls, also in the older form;
// one without any, where a call was wanted, has a ParseError.
func (m *Chat) Next(ctx context.Context, r *search.Request) (*search.Reply, error) {
	resp, err := m.Client.Chat(ctx, m.request(r))
	if err != nil {
		return nil, &search.ModelError{Requests: resp.Attempts, Err: err}
	}
	c := resp.Choices[0]
	reply := &search.Reply{Content: c.Content, Text: c.Content, Requests: resp.Attempts,
		PromptTokens: resp.Usage.PromptTokens, CompletionTokens: resp.Usage.CompletionTokens}
	calls := c.Calls
	if len(calls) == 0 && c.FunctionCall != nil {
		calls = []endpoint.ToolCall{*c.FunctionCall}
	}
	for _, t := range calls {
		reply.Calls = append(reply.Calls, search.Call{ID: t.ID, Name: t.Name, Arguments: t.Arguments})
	}
	if len(reply.Calls) == 0 && r.Required {
		reply.ParseError = "no call in the answer"
	}
	return reply, nil
}

func (m *Chat) request(r *search.Request) endpoint.ChatRequest {
	out := endpoint.ChatRequest{Model: m.Model, Messages: messages(r.Messages, m.Legacy), MaxTokens: m.MaxTokens, Extra: m.Extra}
	if m.Temperature != nil {
		out.Temperature = endpoint.Temperature(*m.Temperature)
	}
	if len(r.Functions) == 0 {
		return out
	}
	choice := m.Choice
	if choice == "" {
		choice = "required"
	}
	for _, f := range r.Functions {
		if m.Legacy {
			out.Functions = append(out.Functions, f)
		} else {
			out.Tools = append(out.Tools, endpoint.Function(f))
		}
	}
	if r.Required && !m.Legacy { // the older form cannot ask for just any call
		out.ToolChoice = choice
	}
	return out
}

// messages are the conversation as the API has it, without prompts to be
// different that have done their work. Every answer of a tool names the call that
// it answers: calls without an id get one from their place.
func messages(ms []search.Message, legacy bool) pyliteral.List {
	out := pyliteral.List{}
	var open []string // ids of the last assistant's calls that have no answer yet
	for i, m := range ms {
		if len(m.Calls) == 1 && m.Calls[0].Name == "" {
			m.Calls = nil // stands for words without a call
		}
		switch {
		case m.Invalid:
		case m.Role == "assistant" && legacy:
			d := endpoint.Text("assistant", m.Content)
			if len(m.Calls) > 0 {
				c := m.Calls[0]
				d = append(d, pyliteral.Item{Key: "function_call", Value: pyliteral.Dict{{Key: "name", Value: c.Name}, {Key: "arguments", Value: c.Arguments}}})
			}
			out = append(out, d)
		case m.Role == "assistant":
			open = nil
			calls := make([]endpoint.ToolCall, len(m.Calls))
			for k, c := range m.Calls {
				if c.ID == "" {
					c.ID = fmt.Sprintf("call_%d_%d", i, k)
				}
				open = append(open, c.ID)
				calls[k] = endpoint.ToolCall{ID: c.ID, Name: c.Name, Arguments: c.Arguments}
			}
			out = append(out, endpoint.Assistant(m.Content, calls))
		case m.Role == "tool" && m.CallID == "" && len(open) == 0 && (!legacy || m.Name == ""):
			// The answer to words without a call, such as an error of parsing: the API
			// takes answers of tools only behind their calls.
			out = append(out, endpoint.Text("user", m.Content))
		case m.Role == "tool" && legacy:
			out = append(out, pyliteral.Dict{{Key: "role", Value: "function"}, {Key: "name", Value: m.Name}, {Key: "content", Value: m.Content}})
		case m.Role == "tool":
			id := m.CallID
			if id == "" && len(open) > 0 {
				id = open[0]
			}
			if len(open) > 0 {
				open = open[1:]
			}
			out = append(out, endpoint.Tool(id, m.Content))
		default:
			out = append(out, endpoint.Text(m.Role, m.Content))
		}
	}
	return out
}
