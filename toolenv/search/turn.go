package search

import (
	"context"
	"errors"
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Codes that change a search.
const (
	codeNoModel    = int(toolenv.StatusUnparsable) // no turn from the model, or no call in it
	codeNoFunction = int(toolenv.StatusNoSuchFunction)
	codeAnswer     = int(toolenv.StatusFinalAnswer)
	codeGaveUp     = int(toolenv.StatusGaveUp)
	codeNoCalls    = int(toolenv.StatusTooManyRequests) // the budget of calls is used up
)

// searcher is one search under way.
type searcher struct {
	task     *toolbench.Task
	env      Env
	model    Model
	released bool
	meter    meter
	down     error // of the first turn for which the model could not be reached
}

func newSearcher(task *toolbench.Task, env Env, model Model, o *Options) *searcher {
	s := &searcher{task: task, env: env, model: model, released: o.Released}
	if !o.Released {
		s.meter.limits = o.Budget
	}
	return s
}

func (s *searcher) root() *node { return newRoot(s.task.System, s.task.User) }

// ask asks the model for the turn behind n. The reply is nil when it gave none;
// failure says why then. err ends the search.
func (s *searcher) ask(ctx context.Context, n *node, branch string) (reply *Reply, failure, err error) {
	r := &Request{Task: s.task.Query.ID, Branch: branch, Messages: n.messages, Functions: s.task.Functions, Required: true}
	if !s.released {
		r.Messages = seen(n.messages)
	}
	return s.request(ctx, s.model, r)
}

func (s *searcher) request(ctx context.Context, m Model, r *Request) (reply *Reply, failure, err error) {
	reply, failure = m.Next(ctx, r)
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	requests := 1
	if failure != nil {
		var e *ModelError
		if errors.As(failure, &e) {
			requests = e.Requests
		}
		if s.down == nil && unavailable(failure) {
			s.down = failure
		}
		reply = nil
	} else if reply.Requests > 0 {
		requests = reply.Requests
	}
	s.meter.asked(reply, requests)
	return reply, failure, nil
}

// done returns the output, unless it is without an answer because the model was down.
func (s *searcher) done(out *answers.Raw) (*answers.Raw, error) {
	if !s.released && s.down != nil && !out.Win {
		return nil, &DownError{s.down}
	}
	return out, nil
}

// seen are the messages that a turn is shown.
func seen(messages []Message) []Message {
	var out []Message
	for _, m := range messages {
		if !m.Invalid {
			out = append(out, m)
		}
	}
	return out
}

// grow adds the nodes of a turn below n, executing its calls, and returns the
// last of them.
func (s *searcher) grow(ctx context.Context, n *node, branch string, reply *Reply, failure error) (*node, error) {
	if reply == nil {
		t := n.thought(failure.Error(), branch)
		t.setCode(codeNoModel)
		t.pruned, t.last = true, true
		t.messages = append(t.messages, Message{Role: "assistant", Content: failure.Error()})
		return t, nil
	}
	now := n.thought(reply.Content, branch)
	message := Message{Role: "assistant", Content: reply.Content, Calls: append([]Call(nil), reply.Calls...)}
	if !s.released && (len(message.Calls) == 0 || message.Calls[0].Name == "") {
		s.unparsed(&message, reply)
	}
	if len(message.Calls) == 0 {
		now.messages = append(now.messages, message)
		now.last = true
		return now, nil
	}
	steps, err := s.execute(ctx, branch, &message, reply.ParseError)
	if err != nil {
		return nil, err
	}
	for i, step := range steps {
		now = now.call(reply, i, step)
		if i == 0 {
			now.messages = append(now.messages, message)
		}
		c := message.Calls[i]
		now.messages = append(now.messages, Message{Role: "tool", Name: c.Name, Content: now.observation, CallID: c.ID})
	}
	now.last = true
	now.terminal = s.terminal(steps)
	return now, nil
}

// thought adds the first node of a turn.
func (n *node) thought(content, branch string) *node {
	t := n.add(answers.ThoughtNode, content)
	t.turns++
	t.branch = branch
	return t
}

// call adds the two nodes of a call, named as the model named it.
func (n *node) call(reply *Reply, i int, step toolbench.Result) *node {
	var c Call
	if i < len(reply.Calls) {
		c = reply.Calls[i]
	}
	in := n.add(answers.ActionNode, c.Name).add(answers.InputNode, c.Arguments)
	in.observation = step.Observation
	in.setCode(int(step.Code))
	in.pruned = int(step.Code) == codeGaveUp
	return in
}

// unparsed makes a turn without a call one with a call that has no name, which
// stands for the text.
func (s *searcher) unparsed(m *Message, reply *Reply) {
	if reply.ParseError == "" {
		reply.ParseError = "no function call"
	}
	if reply.Text != "" {
		m.Content = reply.Text
	}
	m.Calls = []Call{{}}
	reply.Calls = nil
}

// execute makes the calls of a message, one after the other. It writes the name
// that stands for functions that do not exist into the message.
func (s *searcher) execute(ctx context.Context, branch string, m *Message, parseError string) ([]toolbench.Result, error) {
	var steps []toolbench.Result
	for i := range m.Calls {
		r, err := s.step(ctx, branch, m.Calls[i], parseError)
		if err != nil {
			return nil, err
		}
		if int(r.Code) == codeNoFunction {
			m.Calls[i].Name = answers.HallucinatedName
		}
		steps = append(steps, r)
		if !s.released && (r.Done() || s.meter.ended) {
			m.Calls = m.Calls[:i+1] // what stands behind the end is not executed
		}
		if i+1 >= len(m.Calls) {
			break
		}
	}
	return steps, nil
}

// step makes one call.
func (s *searcher) step(ctx context.Context, branch string, c Call, parseError string) (toolbench.Result, error) {
	if !s.released && c.Name == "" {
		s.meter.called(codeNoModel, "")
		if parseError == "" {
			parseError = "a call without a function's name"
		}
		return toolbench.Result{Observation: toolenv.Observation("parse error: "+parseError, ""), Code: toolenv.StatusUnparsable}, nil
	}
	finish := c.Name == toolenv.FinishName
	if !finish && !s.meter.mayCall() {
		text := fmt.Sprintf("no calls left: the budget of %d is used up", s.meter.limits.Calls)
		return toolbench.Result{Observation: toolenv.Observation(text, ""), Code: toolenv.Status(codeNoCalls)}, nil
	}
	r := s.env.Step(ctx, branch, c.Name, c.Arguments)
	if err := ctx.Err(); err != nil {
		return r, err
	}
	if !finish {
		s.meter.used.Calls++
	}
	s.meter.called(int(r.Code), r.Fault)
	if r.SchemaError != "" {
		s.meter.errors = append(s.meter.errors, answers.SchemaError{Branch: branch, Function: c.Name, Message: r.SchemaError})
	}
	switch {
	case s.released && r.Crash != nil:
		return r, r.Crash
	case r.Fault == service.Missing: // a replay without its record is no trajectory
		return r, r.Err
	}
	return r, nil
}

// terminal reports whether a call of the turn gave the answer.
func (s *searcher) terminal(steps []toolbench.Result) bool {
	for _, r := range steps {
		if int(r.Code) == codeAnswer {
			return true
		}
	}
	return false
}
