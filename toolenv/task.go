package toolenv

import "strings"

// Task is one thing to do with tools: a query, the APIs on offer, and what is
// needed to judge the result without a model.
type Task struct {
	ID    string `json:"query_id"`
	Set   string `json:"set"`  // "train", or the name of an evaluation set
	Kind  string `json:"kind"` // the shape of the solution, for grouped results
	Query string `json:"query"`
	APIs  []API  `json:"api_list"` // on offer, in the order listed; Finish is not among them
	// Relevant are the function names of one good solution, without Finish and
	// without repeats. Recall is measured against them.
	Relevant []string `json:"relevant"`
	// Plan holds the facts a solution has to find out, in an order that works.
	Plan     []Milestone `json:"plan"`
	Answer   string      `json:"answer"`
	MaxCalls int         `json:"max_calls"` // every call counts, Finish and malformed ones included
}

// Milestone is one node of the task's dependency graph: a fact that some call
// has to bring to light.
type Milestone struct {
	// Fact is the question the call asks, independent of which tool answers it:
	// function and canonical arguments.
	Fact string `json:"fact"`
	// Needs are the milestones (indices) whose answers this call uses.
	Needs []int `json:"needs,omitempty"`
}

// Names are the function names of the APIs on offer, in order, without Finish.
func (t *Task) Names() []string {
	names := make([]string, len(t.APIs))
	for i, a := range t.APIs {
		names[i] = FunctionName(a)
	}
	return names
}

// Solves reports whether an answer is the right one, whatever its letter case,
// its surrounding space, quotes and full stop.
func (t *Task) Solves(answer string) bool {
	return normalizeAnswer(answer) == normalizeAnswer(t.Answer)
}

func normalizeAnswer(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimSuffix(s, ".")
	s = strings.Trim(s, `"'`)
	return strings.ToLower(strings.TrimSpace(s))
}
