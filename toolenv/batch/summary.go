package batch

import (
	"encoding/json"
	"path/filepath"
	"strconv"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// Summary adds up the outputs of a run. It depends on them and on the failures
// alone, not on which of them were there before. Maps are counts.
type Summary struct {
	Format   int    `json:"format"` // 1
	Method   string `json:"method"`
	Released bool   `json:"released"`
	Samples  int    `json:"samples"`

	Jobs     int          `json:"jobs"`     // tasks × samples, without those skipped
	Finished int          `json:"finished"` // have an output
	Failed   int          `json:"failed"`   // have none, see failures.jsonl
	Open     int          `json:"open"`     // the run was stopped before
	Skipped  int          `json:"skipped"`  // tasks with tools that the tool folder lacks
	Failures map[Kind]int `json:"failures"` // by kind

	Answered int `json:"answered"`  // outputs with an answer
	GaveUp   int `json:"gave_up"`   // outputs in which only leaves that gave up could be chosen
	NoAnswer int `json:"no_answer"` // outputs with neither

	Limits  Usage          `json:"limits"`  // of every task; 0 is none
	Used    Usage          `json:"used"`    // by all; turns: the longest chain
	Stopped map[string]int `json:"stopped"` // by the budget that ended a search or cut a chain

	Codes        map[string]int `json:"codes"`         // calls by status, in the numbers of ToolBench
	Faults       map[string]int `json:"faults"`        // calls that were not answered by why, and turns not given ("model")
	SchemaErrors int            `json:"schema_errors"` // calls that did not fit their schema
	Requests     int            `json:"requests"`      // made of the model, repeated ones among them
}

// Usage is answers.Budget in a summary.
type Usage struct {
	Turns   int `json:"turns"`
	Calls   int `json:"calls"`
	Queries int `json:"queries"`
	Tokens  int `json:"tokens"`
}

func newSummary(o *Options) *Summary {
	return &Summary{
		Format: 1, Method: o.Method.String(), Released: o.Search.Released, Samples: o.samples(), Limits: Usage(o.Search.Budget),
		Failures: map[Kind]int{}, Stopped: map[string]int{}, Codes: map[string]int{}, Faults: map[string]int{},
	}
}

// add counts an output.
func (s *Summary) add(r *answers.Raw) {
	s.Finished++
	switch {
	case r.Win:
		s.Answered++
	case r.Answer.Valid:
		s.GaveUp++
	default:
		s.NoAnswer++
	}
	own := r.Own
	if own == nil {
		own = tally(r)
	}
	s.Used.Turns = max(s.Used.Turns, own.Used.Turns)
	s.Used.Calls += own.Used.Calls
	s.Used.Queries += own.Used.Queries
	s.Used.Tokens += own.Used.Tokens
	if own.Stopped != "" {
		s.Stopped[own.Stopped]++
	}
	for code, n := range own.Codes {
		s.Codes[strconv.Itoa(code)] += n
	}
	for fault, n := range own.Faults {
		s.Faults[fault] += n
	}
	s.SchemaErrors += len(own.SchemaErrors)
	s.Requests += own.Requests
}

// tally counts what can be seen in the nodes of an output without an account of
// its own. Faults of services are not among them: there they are codes.
func tally(r *answers.Raw) *answers.Own {
	o := &answers.Own{Used: answers.Budget{Queries: r.Answer.QueryCount, Tokens: r.Answer.Tokens}, Codes: map[int]int{}, Faults: map[string]int{}}
	turns := 0
	var visit func(n *answers.RawNode, action string)
	visit = func(n *answers.RawNode, action string) {
		switch n.Type {
		case answers.ThoughtNode:
			turns++
			if n.Code != nil {
				o.Faults["model"]++
			}
		case answers.InputNode:
			if n.Code == nil {
				break // the root
			}
			o.Codes[*n.Code]++
			if action != toolenv.FinishName {
				o.Used.Calls++
			}
		}
		o.Used.Turns = max(o.Used.Turns, turns)
		for _, c := range n.Children {
			visit(c, n.Description)
		}
		if n.Type == answers.ThoughtNode {
			turns--
		}
	}
	if r.Tree != nil {
		visit(r.Tree.Root, "")
	}
	for _, t := range r.Trys {
		turns = 0
		action := ""
		for _, n := range t.Chain {
			visit(n, action)
			action = n.Description
			if n.Type == answers.ThoughtNode {
				turns++
			}
		}
	}
	return o
}

func (s *Summary) write(dir string) error {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return renameio.WriteFile(filepath.Join(dir, "summary.json"), append(b, '\n'), 0o644)
}
