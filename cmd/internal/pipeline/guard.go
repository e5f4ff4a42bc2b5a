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
	if !report.Judged() {
		r.out.Printf("guard: warning: %d solved and %d unsolved demonstrations are few (%d of each make the test reliable): annotate more of demo-0 to demo-%d",
			report.Solved, report.Demonstrations-report.Solved, reward.MinEach, len(demonstrations)-1)
	}
	if ok && report.Demonstrations == 0 {
		report.Tripped = append(report.Tripped, fmt.Sprintf("reward.file %s annotates none of the first %d demonstrations, so nothing shows what it pays", r.config.Reward.File, len(demonstrations)))
	}
	verdict := "can be farmed"
	if report.Solved == 0 || report.Solved == report.Demonstrations {
		verdict = "cannot be judged"
	}
	switch {
	case report.OK():
	case r.config.Reward.AllowFarmable:
		r.out.Printf("guard: trained on all the same, because reward.allow_farmable=true")
	default:
		return fmt.Errorf("the reward %q %s: %s; use -set reward.shaper=graph, or -set reward.allow_farmable=true to train on it all the same",
			r.config.Shaper(), verdict, strings.Join(report.Tripped, "; "))
	}
	if ok {
		return r.annotatedTasks(f)
	}
	return nil
}
