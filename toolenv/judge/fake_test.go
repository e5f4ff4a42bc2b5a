package judge

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// fake answers questions: reply gets the function, the prompt and how often that
// was asked before, and returns the arguments of a call; "-" is a reply without
// one, "!" a failure of the server.
type fake struct {
	reply func(function, prompt string, n int) string

	mu   sync.Mutex
	seen map[string]int
	log  []string // what was asked, in order
}

func (f *fake) Chat(_ context.Context, r endpoint.ChatRequest) (endpoint.ChatResponse, error) {
	text := func(d any, keys ...string) string {
		for _, k := range keys {
			d, _ = d.(pyliteral.Dict).Get(k)
		}
		return d.(string)
	}
	name, prompt := text(r.Tools[0], "function", "name"), text(r.Messages[0], "content")
	f.mu.Lock()
	if f.seen == nil {
		f.seen = map[string]int{}
	}
	n := f.seen[name+prompt]
	f.seen[name+prompt]++
	f.log = append(f.log, name)
	f.mu.Unlock()
	said := f.reply(name, prompt, n)
	c := endpoint.Choice{Content: "…"}
	switch said {
	case "!":
		return endpoint.ChatResponse{}, &endpoint.Error{Kind: endpoint.Status, Status: 500, URL: "http://judge"}
	case "-":
	default:
		c.Calls = []endpoint.ToolCall{{Name: name, Arguments: said}}
	}
	return endpoint.ChatResponse{Choices: []endpoint.Choice{c}}, nil
}

// asked counts the questions by function.
func (f *fake) asked(function string) (n int) {
	for _, name := range f.log {
		if name == function {
			n++
		}
	}
	return n
}

// newFake returns a judge that asks a fake.
func newFake(reply func(function, prompt string, n int) string) (*Judge, *fake) {
	f := &fake{reply: reply}
	return New(Options{Chat: f}), f
}

const wellDone = `{"error": "", "response": {"city": "Bonn", "temperature": 21}}`

// converted makes an answer of calls "name arguments => response"; the last may be
// "Finish text", or "give up".
func converted(id string, calls ...string) answers.Converted {
	c := answers.Converted{ID: id, Query: "query " + id, Answer: answers.Answer{Method: "CoT@1", TotalSteps: 2 + len(calls)}}
	for _, name := range []string{"weather", "Finish"} {
		c.Tools = append(c.Tools, pyliteral.Dict{item("name", name), item("parameters", pyliteral.Dict{
			item("properties", pyliteral.Dict{item("city", pyliteral.Dict{item("type", "string")}), item("days", pyliteral.Dict{item("type", "integer")})}),
			item("required", words("", "city")),
		})})
	}
	var next []*answers.Node
	for _, call := range slices.Backward(calls) {
		var m answers.ToolMessage
		if said, ok := strings.CutPrefix(call, "Finish "); ok {
			m = answers.ToolMessage{Name: "Finish", Arguments: fmt.Sprintf(`{"return_type": "give_answer", "final_answer": %q}`, said)}
		} else if call == "give up" {
			m = answers.ToolMessage{Name: "Finish", Arguments: `{"return_type": "give_up_and_restart"}`}
		} else {
			m.Name, m.Arguments, _ = strings.Cut(call, " ")
			m.Arguments, m.Response, _ = strings.Cut(m.Arguments, " => ")
		}
		if next == nil && m.Name == "Finish" {
			c.Answer.FinalAnswer = m.Arguments
		}
		next = []*answers.Node{{Role: "tool", Message: m, Next: next}}
	}
	c.Answer.Details = []*answers.Node{{Role: "system", Message: "", Next: []*answers.Node{{Role: "user", Message: "", Next: next}}}}
	return c
}

const (
	warm   = `weather {"city": "Bonn"} => ` + wellDone
	answer = "Finish It is 21 degrees in Bonn."
)
