package judge

import (
	"context"
	"slices"
	"strconv"

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

// Majority is the status that most repeats give; a tie is unsure.
func (s *Solvability) Majority() string {
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

// Solvable asks whether tasks can be solved with the functions on offer, each in
// some repeats (0 means 3). The prompt is this project's own. The error is that of
// ctx; failures are recorded.
func (j *Judge) Solvable(ctx context.Context, tasks []Question, repeats, threads int) ([]Solvability, error) {
	if j.o.Released {
		panic("judge: Solvable: the release has no such judge to compare with")
	}
	if repeats <= 0 {
		repeats = 3
	}
	out := make([]Solvability, len(tasks))
	for i, q := range tasks {
		out[i] = Solvability{ID: q.ID, Query: q.Query}
	}
	got := make([]SolvableVerdict, len(tasks)*repeats)
	errs := make([]error, len(got))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var failed error
	var h health
	each(ctx, len(got), threads, func(k int) {
		q := tasks[k/repeats]
		functions := q.Functions
		if functions == nil {
			functions = pyliteral.List{}
		}
		got[k], errs[k] = ask(ctx, j, taskSolvable, readSolvable, q.Query, pyliteral.Dumps(functions, pyliteral.JSONStyle{ASCII: true}))
	}, func(k int) {
		s, n := &out[k/repeats], k%repeats
		if errs[k] != nil {
			if ctx.Err() == nil {
				s.Failures = append(s.Failures, answers.Failure{Repeat: n, Reason: errs[k].Error()})
				slices.SortFunc(s.Failures, func(a, b answers.Failure) int { return a.Repeat - b.Repeat })
			}
			if failed == nil {
				if failed = h.note(errs[k]); failed != nil {
					cancel()
				}
			}
			return
		}
		h.note(nil)
		got[k].Repeat = n
		s.Verdicts = append(s.Verdicts, got[k])
		slices.SortFunc(s.Verdicts, func(a, b SolvableVerdict) int { return a.Repeat - b.Repeat })
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

// SolvableText is the text of a file of verdicts: by task, the query, status and
// reason of every repeat, the majority, and failures.
func SolvableText(list []Solvability) string {
	file := make(pyliteral.Dict, len(list))
	for i := range list {
		s := &list[i]
		status, reason, failed := pyliteral.Dict{}, pyliteral.Dict{}, pyliteral.Dict{}
		for _, v := range s.Verdicts {
			status = append(status, item(strconv.Itoa(v.Repeat), v.Status))
			reason = append(reason, item(strconv.Itoa(v.Repeat), v.Reason))
		}
		for _, f := range s.Failures {
			failed = append(failed, item(strconv.Itoa(f.Repeat), f.Reason))
		}
		d := pyliteral.Dict{item("query", s.Query), item("solvable", s.Majority()), item("verdicts", status), item("reasons", reason)}
		if len(failed) > 0 {
			d = append(d, item("failures", failed))
		}
		file[i] = item(s.ID, d)
	}
	return pyliteral.Dumps(file, pyliteral.JSONStyle{Indent: "    "})
}
