package judge

import (
	"context"
	"slices"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// AnnotateOptions of a run over many answers.
type AnnotateOptions struct {
	Repeats int // 0 means 3; of Imported as many as there are opinions about each
	Threads int // 0 means 1; a released judge uses one
	// Existing are annotations of an earlier run: only missing repeats are made.
	// (Released: a task that lacks one is annotated anew, and moves to the end.)
	Existing []steptool.Annotation
	// Save, when set, is called after each new annotation, one call at a time, with
	// a function that collects all of them so far: collecting takes as long as there
	// are answers, so it is left to who wants them. An error ends the run.
	Save func(sofar func() []steptool.Annotation) error
}

// AnnotateResult is what came out. Annotations without any judgement are left out
// of Annotations, since no reward can be made of them; Failures names them.
type AnnotateResult struct {
	Annotations []steptool.Annotation
	Failures    []*Error
}

// Annotate annotates every answer several times. Failures of single judgements
// are listed in the result and do not end the run; the error is that of ctx or of
// Save.
func Annotate(ctx context.Context, a Annotator, list []answers.Converted, o AnnotateOptions) (*AnnotateResult, error) {
	repeats := func(string) int { return o.Repeats }
	if m, ok := a.(Imported); ok && o.Repeats <= 0 {
		repeats = func(id string) int { return len(m.Opinions[id]) }
	} else if o.Repeats <= 0 {
		o.Repeats = 3
	}
	if l, ok := a.(LLM); ok && l.o.Released {
		return annotateReleased(ctx, l, list, o)
	}
	known := map[string]*steptool.Annotation{}
	for i := range o.Existing {
		known[o.Existing[i].ID] = &o.Existing[i]
	}
	type one struct {
		task, repeat int
		got          steptool.Judgement
		err          error
	}
	var todo []one
	all := make([]steptool.Annotation, len(list))
	parts := make([]*Trajectory, len(list))
	for i := range list {
		parts[i] = NewTrajectory(&list[i], isReleased(a))
		all[i] = parts[i].annotation(a.Name())
		have := map[int]bool{}
		if old := known[all[i].ID]; old != nil && slices.Equal(old.Steps, all[i].Steps) && Label(old) == a.Name() {
			all[i].Extra = old.Extra
			for _, j := range old.Repeats {
				if parts[i].validate(j) == nil {
					all[i].Repeats = append(all[i].Repeats, j)
					have[j.Repeat] = true
				}
			}
		}
		for n := range repeats(all[i].ID) {
			if !have[n] {
				todo = append(todo, one{task: i, repeat: n})
			}
		}
	}
	r := &AnnotateResult{}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var failed error
	var h health
	each(ctx, len(todo), o.Threads, func(k int) {
		x := &todo[k]
		x.got, x.err = a.Annotate(ctx, parts[x.task], x.repeat)
	}, func(k int) {
		x := &todo[k]
		switch {
		case failed != nil || x.err != nil && ctx.Err() != nil:
			return
		case x.err != nil:
			r.Failures = append(r.Failures, &Error{all[x.task].ID, x.repeat, x.err})
			if failed = h.note(x.err); failed != nil {
				cancel()
			}
			return
		}
		h.note(nil)
		x.got.Repeat = x.repeat
		t := &all[x.task]
		t.Repeats = append(t.Repeats, x.got)
		slices.SortFunc(t.Repeats, func(a, b steptool.Judgement) int { return a.Repeat - b.Repeat })
		if o.Save != nil {
			if failed = o.Save(func() []steptool.Annotation { return judged(all) }); failed != nil {
				cancel()
			}
		}
	})
	r.Annotations = judged(all)
	order := map[string]int{}
	for i := range all {
		order[all[i].ID] = i
	}
	slices.SortFunc(r.Failures, func(a, b *Error) int {
		if d := order[a.ID] - order[b.ID]; d != 0 {
			return d
		}
		return a.Repeat - b.Repeat
	})
	if failed != nil {
		return r, failed
	}
	return r, ctx.Err()
}

func isReleased(a Annotator) bool {
	r, ok := a.(RuleAnnotator)
	return ok && r.Steps.Released
}

// Label is who made an annotation, "" for a language model alone.
func Label(a *steptool.Annotation) string {
	v, _ := a.Extra.Get("judge")
	s, _ := v.(string)
	return s
}

// judged are the annotations with at least one judgement.
func judged(all []steptool.Annotation) (out []steptool.Annotation) {
	for _, a := range all {
		if len(a.Repeats) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// annotateReleased annotates as the release does with one thread. It drops what
// fails without a word; here it is listed.
func annotateReleased(ctx context.Context, l LLM, list []answers.Converted, o AnnotateOptions) (*AnnotateResult, error) {
	r := &AnnotateResult{}
	done := map[string]bool{}
	for _, a := range o.Existing {
		if len(a.Repeats) >= o.Repeats {
			r.Annotations = append(r.Annotations, a)
			done[a.ID] = true
		}
	}
	for i := range list {
		t := NewTrajectory(&list[i], true)
		for n := 0; n < o.Repeats && !done[t.ID]; n++ {
			var j steptool.Judgement
			err := l.backOff(ctx, func() (err error) {
				j, err = l.Annotate(ctx, t, n)
				return err
			})
			if ctx.Err() != nil {
				return r, ctx.Err()
			}
			if err != nil {
				r.Failures = append(r.Failures, &Error{t.ID, n, err})
				continue
			}
			j.Repeat = n
			if k := len(r.Annotations); k == 0 || r.Annotations[k-1].ID != t.ID {
				r.Annotations = append(r.Annotations, t.annotation(""))
			}
			a := &r.Annotations[len(r.Annotations)-1]
			a.Repeats = append(a.Repeats, j)
			if o.Save != nil {
				if err := o.Save(func() []steptool.Annotation { return r.Annotations }); err != nil {
					return r, err
				}
			}
		}
	}
	return r, nil
}
