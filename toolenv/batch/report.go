package batch

import (
	"context"
	"errors"
)

// report adds up what the jobs came to and writes the two files of the run.
func (r *runner) report() (*Summary, error) {
	s := newSummary(r.o)
	s.Jobs, s.Skipped = len(r.plan.jobs), len(r.plan.skipped)
	failures := r.plan.skipped
	for i, out := range r.outcomes {
		switch {
		case out.raw != nil:
			s.add(out.raw)
		case out.err == nil || errors.Is(out.err, context.Canceled) || errors.Is(out.err, context.DeadlineExceeded):
			s.Open++
		default:
			f := failureOf(r.plan.jobs[i], out.err)
			s.Failed++
			s.Failures[f.Kind]++
			failures = append(failures, f)
		}
	}
	if err := writeFailures(r.o.Out, failures); err != nil {
		return s, err
	}
	return s, s.write(r.o.Out)
}
