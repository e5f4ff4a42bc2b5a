package pipeline

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv/reward"
)

// evidence is how many training tasks the guard looks at.
const evidence = 500

// makeShaper makes the reward that the configuration asks for.
func (r *run) makeShaper() error {
	c := r.config.Reward
	o := reward.Options{FailCost: c.FailCost, Alpha: c.Alpha, Threshold: c.Threshold}
	if r.config.Shaper() == "file" {
		var err error
		if o.Annotations, err = annotations(c.File); err != nil {
			return err
		}
	}
	var err error
	r.shaper, err = reward.ByName(r.config.Shaper(), o)
	return err
}

// guard asks, before anything is trained, whether the reward can be farmed.
func (r *run) guard() error {
	if r.world == nil || r.config.Method == "sft" || r.config.PPO.Iterations == 0 {
		return nil // nothing is reinforced by it
	}
	shortest, repeating, demonstrations := r.world.Evidence(evidence)
	e := reward.Evidence{Shortest: shortest, Repeating: repeating, Demonstrations: demonstrations}
	f, ok := r.shaper.(reward.File)
	if ok {
		e = reward.Evidence{Demonstrations: annotated(f, demonstrations)}
		r.out.Printf("guard: with annotations there are no adversary's rewards: only the test on demonstrations is run, on the %d of %d that are annotated", len(e.Demonstrations), len(demonstrations))
	}
	report := reward.Guard(r.shaper, e)
	r.out.Printf("guard: %s", report)
	verdict, remedy := "can be farmed", ""
	if ok && !report.Judged() {
		verdict, remedy = "cannot be judged", fmt.Sprintf("annotate more of demo-0 to demo-%d, ", len(demonstrations)-1)
		report.Tripped = []string{fmt.Sprintf("of the first %d demonstrations reward.file %s annotates only %d solved and %d unsolved ones, too few to show what it pays (%d of each are needed)",
			len(demonstrations), r.config.Reward.File, report.Solved, report.Demonstrations-report.Solved, reward.MinEach)}
	}
	switch {
	case report.OK():
	case r.config.Reward.AllowFarmable:
		r.out.Printf("guard: trained on all the same, because reward.allow_farmable=true")
	default:
		return fmt.Errorf("the reward %q %s: %s; %suse -set reward.shaper=graph, or -set reward.allow_farmable=true to train on it all the same",
			r.config.Shaper(), verdict, strings.Join(report.Tripped, "; "), remedy)
	}
	if ok {
		return r.annotatedTasks(f)
	}
	return nil
}
