package search

import (
	"context"
	"strconv"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// CoT looks for an answer along single chains: up to o.Attempts of them, each
// from the start, until one gives an answer. The error is of the context, of a
// replay that lacks a record, a *DownError or, in the released form, a
// *toolbench.Crash.
func CoT(ctx context.Context, task *toolbench.Task, env Env, model Model, o CoTOptions) (*answers.Raw, error) {
	s := newSearcher(task, env, model, &o.Options)
	out := &answers.Raw{
		Trys: []answers.Try{},
		Args: o.args(),
	}
	var leaves []*node
	for attempt := range o.attempts() {
		if attempt > 0 && !s.released && !s.meter.mayAsk() {
			break
		}
		leaf, err := s.chain(ctx, strconv.Itoa(attempt), o.maxStep())
		if err != nil {
			return nil, err
		}
		leaves = append(leaves, leaf)
		out.Trys = append(out.Trys, answers.Try{Chain: leaf.rawChain(s.released), Win: leaf.terminal && !s.released})
		if leaf.terminal {
			out.Win = true
			break
		}
	}
	var chosen *node
	for _, leaf := range leaves {
		if leaf.pruned {
			continue
		}
		out.Candidates = append(out.Candidates, leaf.rawChain(s.released))
		if chosen == nil {
			chosen = leaf
		}
	}
	s.answer(out, chosen)
	if out.Answer.Messages == nil {
		out.Answer.Messages = [][]answers.RawMessage{}
	}
	return s.done(out)
}

// chain is one attempt. It returns the leaf, which is pruned unless it gave an answer.
func (s *searcher) chain(ctx context.Context, branch string, maxStep int) (*node, error) {
	now := s.root()
	for {
		if !s.released && (!s.meter.mayAsk() || !s.meter.mayGoOn(now.turns)) {
			now.pruned = true
			return now, nil
		}
		reply, failure, err := s.ask(ctx, now, branch)
		if err != nil {
			return nil, err
		}
		if now, err = s.grow(ctx, now, branch, reply, failure); err != nil {
			return nil, err
		}
		s.meter.used.Turns = max(s.meter.used.Turns, now.turns)
		if !now.terminal && (now.depth >= maxStep || s.meter.ended) {
			now.pruned = true
		}
		if now.pruned || now.terminal {
			return now, nil
		}
		branch += ".0"
	}
}

// answer fills what the output says about the chosen leaf, nil for none.
func (s *searcher) answer(out *answers.Raw, chosen *node) {
	g := &out.Answer
	g.Functions, g.Query = s.task.Tools(), s.task.Query.Text
	g.QueryCount, g.Tokens = s.meter.used.Queries, s.meter.used.Tokens
	if chosen != nil {
		g.Valid, g.FinalAnswer, g.Messages = true, chosen.description, s.conversations(chosen)
	}
	if !s.released {
		out.Own = s.meter.own()
		if chosen == nil {
			out.Own.System = s.task.System
		}
	}
}
