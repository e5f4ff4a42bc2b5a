package dataset

import (
	"errors"
	"fmt"
	"strings"
)

// Report counts what became of trajectories.
type Report struct {
	Trajectories int // seen
	Built        int // rows, instances or pairs written
	Tasks        int // with at least one of these
	// Skipped trajectories, by reason, in the order in which the reasons came up.
	Skipped []Skip
}

// Skip is a reason and whom it concerns.
type Skip struct {
	Reason string
	Count  int
	Task   string // the first one
}

// skip counts a trajectory that is left out; it returns any other error.
func (r *Report) skip(err error) error {
	var out *LeftOut
	if !errors.As(err, &out) {
		return err
	}
	for i := range r.Skipped {
		if r.Skipped[i].Reason == out.Reason {
			r.Skipped[i].Count++
			return nil
		}
	}
	r.Skipped = append(r.Skipped, Skip{Reason: out.Reason, Count: 1, Task: out.ID})
	return nil
}

// String is the report in words: what was built, and a clause for each reason.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d from %d trajectories, %d tasks", r.Built, r.Trajectories, r.Tasks)
	for _, s := range r.Skipped {
		fmt.Fprintf(&b, "; left out %d: %s (first: task %s)", s.Count, s.Reason, s.Task)
	}
	return b.String()
}

// check is an error when nothing was built: an empty file would be found out only
// when somebody trains on it.
func (r *Report) check() error {
	if r.Built > 0 {
		return nil
	}
	return fmt.Errorf("dataset: nothing was built: %s", r)
}
