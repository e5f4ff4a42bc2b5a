package pipeline

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/reward"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// evidence is how many training tasks the guard looks at.
const evidence = 500

// makeShaper makes the reward that the configuration asks for.
func (r *run) makeShaper() error {
	c := r.config.Reward
	o := reward.Options{FailCost: c.FailCost, Alpha: c.Alpha, Threshold: c.Threshold}
	if c.Shaper == "file" {
		list, err := steptool.LoadAnnotations(c.File)
		if err != nil {
			return err
		}
		o.Annotations = map[string]reward.Annotation{}
		for _, a := range list {
			o.Annotations[a.ID] = average(a)
		}
	}
	var err error
	r.shaper, err = reward.ByName(c.Shaper, o)
	return err
}

// average joins a judge's repeats.
func average(a steptool.Annotation) reward.Annotation {
	n := len(a.Steps)
	out := reward.Annotation{SuccCalling: make([]float64, n), Contribution: make([]float64, n)}
	for _, j := range a.Repeats {
		w := 1 / float64(len(a.Repeats))
		for k := range n {
			out.SuccCalling[k] += w * j.Succeeded[k]
			out.Contribution[k] += w * j.Contributions[k]
		}
		out.IsSolved += w * j.Status.Value()
	}
	return out
}

// guard asks, before anything is trained, whether the reward can be farmed.
func (r *run) guard() error {
	if r.world == nil || r.config.Method == "sft" {
		return nil
	}
	shortest, repeating, demonstrations := r.world.Evidence(evidence)
	e := reward.Evidence{Shortest: shortest, Repeating: repeating, Demonstrations: demonstrations}
	if f, ok := r.shaper.(reward.File); ok {
		r.out.Printf("guard: with annotations there are no adversary's rewards: only the test on demonstrations is run")
		e = reward.Evidence{}
		for _, t := range demonstrations {
			if len(f.Missing([]*toolenv.Trajectory{t})) == 0 {
				e.Demonstrations = append(e.Demonstrations, t)
			}
		}
		if len(e.Demonstrations) == 0 {
			return fmt.Errorf("reward.file %s annotates none of the world's demonstrations, so nothing in training would be paid by it; annotate episodes of this world, or choose another reward.shaper", r.config.Reward.File)
		}
	}
	report := reward.Guard(r.shaper, e)
	r.out.Printf("guard: %s", report)
	if report.OK() {
		return nil
	}
	if r.config.Reward.AllowFarmable {
		r.out.Printf("guard: trained on all the same, because reward.allow_farmable=true")
		return nil
	}
	return fmt.Errorf("the reward %q can be farmed: %s; use -set reward.shaper=graph, or -set reward.allow_farmable=true to train on it all the same",
		r.config.Reward.Shaper, strings.Join(report.Tripped, "; "))
}
