package search

import (
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

// Budget limits a search; 0 is no limit. A search ends before the turn or the
// call that would be one too many. Tokens are known only afterwards: the last
// turn may go beyond.
type Budget = answers.Budget

// The names of budgets, as they stand in an output's "stopped".
const (
	stoppedTurns   = "turns"
	stoppedCalls   = "calls"
	stoppedQueries = "queries"
	stoppedTokens  = "tokens"
)

// meter counts what a search uses.
type meter struct {
	limits   Budget
	used     Budget
	stopped  string // the first budget that ended the search or cut a chain
	ended    bool   // the whole search is over, not only a chain
	requests int
	faults   map[string]int
	codes    map[int]int
	errors   []answers.SchemaError
}

func (m *meter) stop(by string) {
	if m.stopped == "" {
		m.stopped = by
	}
}

// mayAsk reports whether another turn may be asked for, and ends the search if not.
func (m *meter) mayAsk() bool {
	switch {
	case reached(m.used.Queries, m.limits.Queries):
		m.stop(stoppedQueries)
	case reached(m.used.Tokens, m.limits.Tokens):
		m.stop(stoppedTokens)
	default:
		return true
	}
	m.ended = true
	return false
}

// mayCall reports whether another function may be called, and ends the search if not.
func (m *meter) mayCall() bool {
	if !reached(m.used.Calls, m.limits.Calls) {
		return true
	}
	m.stop(stoppedCalls)
	m.ended = true
	return false
}

// mayGoOn reports whether a chain of so many turns may have another one.
func (m *meter) mayGoOn(turns int) bool {
	if reached(turns, m.limits.Turns) {
		m.stop(stoppedTurns)
		return false
	}
	return true
}

func reached(used, limit int) bool { return limit > 0 && used >= limit }

// asked counts a turn that the model gave, or not (nil).
func (m *meter) asked(r *Reply, requests int) {
	m.used.Queries++
	m.requests += requests
	if r == nil {
		m.fault("model")
		return
	}
	m.used.Tokens += r.PromptTokens + r.CompletionTokens
}

func (m *meter) fault(name string) {
	if m.faults == nil {
		m.faults = map[string]int{}
	}
	m.faults[name]++
}

// called counts what came of a call.
func (m *meter) called(code int, fault service.Fault) {
	if m.codes == nil {
		m.codes = map[int]int{}
	}
	m.codes[code]++
	if fault != "" {
		m.fault(string(fault))
	}
}

// own is the account that goes into the output.
func (m *meter) own() *answers.Own {
	return &answers.Own{
		Limits: m.limits, Used: m.used, Stopped: m.stopped, Requests: m.requests,
		Codes: m.codes, Faults: m.faults, SchemaErrors: m.errors,
	}
}
