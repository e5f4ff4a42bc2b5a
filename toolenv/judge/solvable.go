package judge

import (
	"context"
	"slices"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// Solvable, Unsolvable and TaskUnsure are what a judge says about a task.
const (
	Solvable   = "Solvable"
	Unsolvable = "Unsolvable"
	TaskUnsure = "Unsure"
)

// Question is a task that may be solvable or not.
type Question struct {
	ID, Query string
	Functions pyliteral.List // on offer: OpenAI's function objects
}

// Solvability is what a judge said about a task.
type Solvability struct {
	ID, Query string
	Verdicts  []SolvableVerdict
	Failures  []answers.Failure
}

// SolvableVerdict is one repeat.
type SolvableVerdict struct {
	Repeat         int
	Status, Reason string
}

// Majority is the status that most repeats give; a tie is unsure, and "" when
// there is no verdict.
func (s *Solvability) Majority() string {
	if len(s.Verdicts) == 0 {
		return ""
	}
	n := map[string]int{}
	for _, v := range s.Verdicts {
		n[v.Status]++
	}
	for _, w := range []string{Solvable, Unsolvable} {
		if 2*n[w] > len(s.Verdicts) {
			return w
		}
	}
	return TaskUnsure
}

// SolvableOptions of a run over many tasks.
type SolvableOptions struct {
	Repeats int // 0 means 3
	Threads int // 0 means 1
	// Existing are verdicts of an earlier run: only missing repeats are asked for.
	Existing []Solvability
	// Save, when set, is called with all verdicts so far after each new one, one call
	// at a time. An error of it ends the run.
	Save func([]Solvability) error
}

// Solvable asks whether tasks can be solved with the functions on offer, each in
// some repeats. The prompt is this project's own. Failures are recorded; the error
// is that of ctx or of Save.
func (j *Judge) Solvable(ctx context.Context, tasks []Question, o SolvableOptions) ([]Solvability, error) {
	if j.o.Released {
		panic("judge: Solvable: the release has no such judge to compare with")
	}
	if o.Repeats <= 0 {
		o.Repeats = 3
	}
	known := map[string]*Solvability{}
	for i := range o.Existing {
		known[o.Existing[i].ID] = &o.Existing[i]
	}
	out := make([]Solvability, len(tasks))
	var todo []verdict
	for i, q := range tasks {
		out[i] = Solvability{ID: q.ID, Query: q.Query}
		if old := known[q.ID]; old != nil && old.Query == q.Query {
			out[i].Verdicts = slices.Clone(old.Verdicts)
		}
		for n := range o.Repeats {
			if !slices.ContainsFunc(out[i].Verdicts, func(v SolvableVerdict) bool { return v.Repeat == n }) {
				todo = append(todo, verdict{i, n})
			}
		}
	}
	got := make([]SolvableVerdict, len(todo))
	errs := make([]error, len(todo))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var failed error
	var h health
	each(ctx, len(todo), o.Threads, func(k int) {
		q := tasks[todo[k].task]
		functions := q.Functions
		if functions == nil {
			functions = pyliteral.List{}
		}
		got[k], errs[k] = ask(ctx, j, taskSolvable, readSolvable, q.Query, pyliteral.Dumps(functions, pyliteral.JSONStyle{ASCII: true}))
	}, func(k int) {
		s, n := &out[todo[k].task], todo[k].repeat
		switch {
		case failed != nil || errs[k] != nil && ctx.Err() != nil:
			return
		case errs[k] != nil:
			s.Failures = append(s.Failures, answers.Failure{Repeat: n, Reason: errs[k].Error()})
			slices.SortFunc(s.Failures, func(a, b answers.Failure) int { return a.Repeat - b.Repeat })
		default:
			got[k].Repeat = n
			s.Verdicts = append(s.Verdicts, got[k])
			slices.SortFunc(s.Verdicts, func(a, b SolvableVerdict) int { return a.Repeat - b.Repeat })
		}
		if failed = h.note(errs[k]); failed == nil && o.Save != nil {
			failed = o.Save(out)
		}
		if failed != nil {
			cancel()
		}
	})
	if failed != nil {
		return out, failed
	}
	return out, ctx.Err()
}

func readSolvable(v any) (out SolvableVerdict, err error) {
	if out.Status, err = taskSolvable.word(v, "task_status", TaskUnsure, Unsolvable, Solvable); err != nil {
		return out, err
	}
	m, err := taskSolvable.member(v, "reason")
	if err != nil {
		return out, err
	}
	reason, ok := m.(string)
	if !ok {
		return out, taskSolvable.wrong("reason is %s, not a text", short(m))
	}
	out.Reason = reason
	return out, nil
}
