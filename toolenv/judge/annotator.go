package judge

import (
	"context"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Annotator gives every step of an answer a success (0 to 1) and a contribution (0
// to 5), and the whole a status.
type Annotator interface {
	// Name labels the annotations; "" for a language model.
	Name() string
	Annotate(ctx context.Context, t *Trajectory, repeat int) (steptool.Judgement, error)
}

// Trajectory is an answer taken apart for an annotator.
type Trajectory struct {
	*answers.Converted
	Calls []answers.Call // to be judged: all but the Finish that ends the answer
	Steps []string       // their texts
	Final string         // text of the Finish, or empty
}

// NewTrajectory takes an answer apart. The released form drops the last call
// whatever it is, also a real one when there is no Finish.
func NewTrajectory(c *answers.Converted, released bool) *Trajectory {
	t := &Trajectory{Converted: c}
	t.Steps, t.Final, t.Calls = c.Steps()
	if n := len(t.Calls); n > 0 && (released || t.Calls[n-1].Name == toolenv.FinishName) {
		t.Steps, t.Calls = t.Steps[:n-1], t.Calls[:n-1]
	} else {
		t.Final = ""
	}
	return t
}

// Annotation is the entry of an annotation file, before any judgement.
func (t *Trajectory) annotation(name string) steptool.Annotation {
	a := steptool.Annotation{ID: t.ID, Query: t.Query, ToolNames: t.FunctionNames(), Steps: t.Steps, FinalStep: t.Final}
	if name != "" {
		a.Extra = pyliteral.Dict{item("judge", name)}
	}
	return a
}

// answered reports whether an answer was given, rather than none or giving up.
func (t *Trajectory) answered() bool {
	status, _ := toolenv.FinishStatus(t.Answer.FinalAnswer)
	return t.Final != "" && t.Answer.FinalAnswer != "" && status != toolenv.StatusGaveUp
}

// validate checks a judgement against the steps.
func (t *Trajectory) validate(j steptool.Judgement) error {
	a := steptool.Annotation{Steps: t.Steps, Repeats: []steptool.Judgement{j}}
	return a.Validate()
}
