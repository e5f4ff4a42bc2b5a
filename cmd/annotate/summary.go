package main

import (
	"encoding/json"
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv/judge"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// summary is what is printed about a set.
func summary(set, out, label string, r *judge.AnnotateResult) string {
	steps, judgements, scored := 0, 0, 0
	success, contribution, solved := 0., 0., 0.
	for _, a := range r.Annotations {
		steps += len(a.Steps)
		for _, j := range a.Repeats {
			judgements++
			solved += j.Status.Value()
			for k := range min(len(j.Succeeded), len(j.Contributions)) {
				scored++
				success += j.Succeeded[k]
				contribution += j.Contributions[k]
			}
		}
	}
	if label != "" {
		set = "[" + label + "] " + set
	}
	line := fmt.Sprintf("%s: %d answers, %d judgements of %d steps", set, len(r.Annotations), judgements, steps)
	if judgements > 0 {
		line += fmt.Sprintf(", succeeded %.2f, contribution %.2f, solved %.2f",
			success/float64(max(scored, 1)), contribution/float64(max(scored, 1)), solved/float64(judgements))
	}
	if n := len(r.Failures); n > 0 {
		line += fmt.Sprintf(", %d failed", n)
	}
	return line + "\n-> " + out + "\n"
}

// rewardLine is a line of -rewards: one reward per step, the last for the end, and
// who judged when it was no language model alone.
func rewardLine(set string, a *steptool.Annotation) string {
	line, err := json.Marshal(struct {
		Set     string    `json:"set"`
		ID      string    `json:"id"`
		Rewards []float64 `json:"rewards"`
		Judge   string    `json:"judge,omitempty"`
	}{set, a.ID, a.Rewards(), judge.Label(a)})
	if err != nil {
		panic("annotate: " + err.Error()) // texts and finite numbers
	}
	return string(line) + "\n"
}
