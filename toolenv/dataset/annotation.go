package dataset

import (
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// FromAnnotation reads the trajectory that an annotation is about, and its
// rewards: an annotation holds all calls. Functions are known by name only. The
// error is a *LeftOut when the annotation is of no use for rewards.
func FromAnnotation(a *steptool.Annotation) (*Trajectory, []float64, error) {
	if err := a.Validate(); err != nil {
		return nil, nil, &LeftOut{a.ID, "the annotation is of no use: " + err.Error()}
	}
	t := &Trajectory{ID: a.ID, Query: a.Query, User: userText(a.Query)}
	for _, name := range a.ToolNames {
		t.Functions = append(t.Functions, pyliteral.Dict{{Key: "name", Value: name}})
	}
	steps := a.Steps
	if a.FinalStep != "" {
		steps = append(steps[:len(steps):len(steps)], a.FinalStep)
	}
	for _, text := range steps {
		c, err := steptool.ParseStep(text)
		if err != nil {
			return nil, nil, &LeftOut{a.ID, "the annotation is of no use: " + err.Error()}
		}
		t.Turns = append(t.Turns, Turn{Name: c.Name, Arguments: c.Arguments, Observation: c.Response})
	}
	return t, a.Rewards()[:len(t.Turns)], nil
}
