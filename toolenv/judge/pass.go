package judge

import (
	"context"
	"slices"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// PassOptions of a run over many answers.
type PassOptions struct {
	Repeats int // 0 means 3
	Threads int // 0 means 1; a released judge uses one
	// IDs are the tasks that count; nil: those that have an answer. One without an
	// answer counts as unsolved (released: it is left out).
	IDs []string
	// Existing are results of an earlier run: only missing repeats are judged.
	// (Released: a task that lacks one is judged anew, and moves to the end.)
	Existing []answers.Judged
	// Save, when set, is called with all results so far after each new one, one call
	// at a time. An error of it ends the run.
	Save func([]answers.Judged) error
}

// PassResult is what came out.
type PassResult struct {
	Judged  []answers.Judged
	Missing []string // ids without an answer
	Summary Summary
}

// Pass judges every answer several times. Failures of single judgements are
// recorded in the results; the error is that of ctx or of Save, or in the released
// form an [*Error] where the release ends with an exception: the results are those
// up to there then.
func Pass(ctx context.Context, s Scorer, list []answers.Converted, o PassOptions) (*PassResult, error) {
	if o.Repeats <= 0 {
		o.Repeats = 3
	}
	list, missing := chosen(list, o.IDs)
	r := &PassResult{Missing: missing}
	var err error
	if j, ok := s.(*Judge); ok && j.o.Released {
		err = r.released(ctx, j, list, o)
		r.Missing = nil
	} else {
		err = r.judge(ctx, s, list, o)
	}
	r.Summary = Summarize(r.Judged, o.Repeats, len(r.Missing))
	return r, err
}

// chosen are the answers to the ids, in the order of the answers, and the ids that
// have none.
func chosen(list []answers.Converted, ids []string) (out []answers.Converted, missing []string) {
	if ids == nil {
		return list, nil
	}
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	for _, c := range list {
		if wanted[c.ID] {
			out = append(out, c)
			delete(wanted, c.ID)
		}
	}
	for _, id := range ids {
		if wanted[id] {
			missing = append(missing, id)
			delete(wanted, id)
		}
	}
	return out, missing
}

// entry is the result for an answer, before any verdict.
func entry(c *answers.Converted, name string) answers.Judged {
	return answers.Judged{
		ID: c.ID, Query: c.Query, ToolNames: c.FunctionNames(),
		Steps: stepsText(c), FinalStep: finalStep(c), Length: length(c), Judge: name,
	}
}

// verdict is one judgement to make.
type verdict struct{ task, repeat int }

// judge makes the judgements that are missing, some at once.
func (r *PassResult) judge(ctx context.Context, s Scorer, list []answers.Converted, o PassOptions) error {
	known := map[string]*answers.Judged{}
	for i := range o.Existing {
		known[o.Existing[i].ID] = &o.Existing[i]
	}
	var todo []verdict
	for i := range list {
		e := entry(&list[i], s.Name())
		if old := known[e.ID]; old != nil && old.Judge == e.Judge && old.Steps == e.Steps {
			e.IsSolved, e.Extra = slices.Clone(old.IsSolved), old.Extra
		}
		for n := range o.Repeats {
			if _, ok := e.Status(n); !ok {
				todo = append(todo, verdict{i, n})
			}
		}
		r.Judged = append(r.Judged, e)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type outcome struct {
		status steptool.SolvedStatus
		err    error
	}
	got := make([]outcome, len(todo))
	var failed error
	var h health
	each(ctx, len(todo), o.Threads, func(k int) {
		got[k].status, got[k].err = s.Status(ctx, &list[todo[k].task])
	}, func(k int) {
		e := &r.Judged[todo[k].task]
		switch {
		case failed != nil || got[k].err != nil && ctx.Err() != nil: // interrupted, not failed
			return
		case got[k].err != nil:
			e.Failures = append(e.Failures, answers.Failure{Repeat: todo[k].repeat, Reason: got[k].err.Error()})
			slices.SortFunc(e.Failures, func(a, b answers.Failure) int { return a.Repeat - b.Repeat })
		default:
			e.IsSolved = append(e.IsSolved, answers.Verdict{Repeat: todo[k].repeat, Status: got[k].status, Fresh: true})
			slices.SortFunc(e.IsSolved, func(a, b answers.Verdict) int { return a.Repeat - b.Repeat })
		}
		if failed = h.note(got[k].err); failed == nil && o.Save != nil {
			failed = o.Save(r.Judged)
		}
		if failed != nil {
			cancel()
		}
	})
	if failed != nil {
		return failed
	}
	return ctx.Err()
}

// released judges as the release does with one thread: everything is asked, then
// the verdicts are collected in order up to the first that failed.
func (r *PassResult) released(ctx context.Context, j *Judge, list []answers.Converted, o PassOptions) error {
	done := map[string]bool{}
	for _, e := range o.Existing {
		if len(e.IsSolved) >= o.Repeats {
			r.Judged = append(r.Judged, e)
			done[e.ID] = true
		}
	}
	type outcome struct {
		verdict
		status steptool.SolvedStatus
		err    error
	}
	var got []outcome
	for i := range list {
		for n := 0; n < o.Repeats && !done[list[i].ID]; n++ {
			v := outcome{verdict: verdict{i, n}}
			v.err = j.backOff(ctx, func() (err error) {
				v.status, err = j.Status(ctx, &list[i])
				return err
			})
			if ctx.Err() != nil {
				return ctx.Err()
			}
			got = append(got, v)
		}
	}
	for _, v := range got {
		c := &list[v.task]
		if v.err != nil {
			return &Error{c.ID, v.repeat, v.err}
		}
		if n := len(r.Judged); n == 0 || r.Judged[n-1].ID != c.ID {
			r.Judged = append(r.Judged, entry(c, ""))
		}
		e := &r.Judged[len(r.Judged)-1]
		e.IsSolved = append(e.IsSolved, answers.Verdict{Repeat: v.repeat, Status: v.status, Fresh: true})
		if o.Save != nil {
			if err := o.Save(r.Judged); err != nil {
				return err
			}
		}
	}
	return nil
}
