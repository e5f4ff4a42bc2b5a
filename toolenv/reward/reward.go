package reward

import (
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv"
)

// Component is one part of a turn's reward; see toolenv.
type Component = toolenv.Component

// Names of components, as StepTool calls them.
const (
	SuccCalling  = "SuccCalling"  // the call itself went well, or did not
	Contribution = "Contribution" // it helped towards the answer
	IsSolved     = "IsSolved"     // the episode ended with the right answer
)

// Shaper gives the turns of a finished episode their rewards.
type Shaper interface {
	// Name is the shaper's name in settings and reports.
	Name() string
	// Shape replaces the Rewards of every turn.
	Shape(t *toolenv.Trajectory)
}

// Options are the settings of the shapers.
type Options struct {
	// FailCost is what graph charges for a call that fails. DefaultOptions sets .1.
	FailCost float64
	// Alpha weighs SuccCalling against Contribution in steptool (equation 3 of
	// StepTool, 1 there), Threshold is the overlap from which a call counts as
	// contributing (.3).
	Alpha, Threshold float64
	// Annotations are what file reads from, by task id.
	Annotations map[string]Annotation
}

// DefaultOptions are the values used where nothing else is said.
func DefaultOptions() Options { return Options{FailCost: .1, Alpha: 1, Threshold: .3} }

// Names lists the shapers that ByName knows.
var Names = []string{"graph", "steptool", "file", "final"}

// ByName returns the shaper with this name.
func ByName(name string, o Options) (Shaper, error) {
	switch name {
	case "graph":
		return Graph{FailCost: o.FailCost}, nil
	case "steptool":
		return StepTool{Alpha: o.Alpha, Threshold: o.Threshold}, nil
	case "file":
		if len(o.Annotations) == 0 {
			return nil, fmt.Errorf("reward: shaper file: no annotations were given")
		}
		return File{Alpha: o.Alpha, Annotations: o.Annotations}, nil
	case "final":
		return Final{}, nil
	}
	return nil, fmt.Errorf("reward: no shaper %q: there are %v", name, Names)
}

// unshape removes what an earlier shaper left.
func unshape(t *toolenv.Trajectory) {
	for i := range t.Turns {
		t.Turns[i].Rewards = nil
	}
}

// give adds a component to a turn. Zeros are kept: they say that a rule was
// applied and found nothing.
func give(turn *toolenv.Turn, name string, value float64, source string) {
	turn.Rewards = append(turn.Rewards, Component{Name: name, Value: value, Source: source})
}

// isFinish reports whether a turn calls Finish, rightly or wrongly.
func isFinish(t *toolenv.Turn) bool { return t.Call != nil && t.Call.Name == toolenv.FinishName }

// solved is 1 for a right answer and 0 otherwise.
func solved(t *toolenv.Trajectory) float64 {
	if t.Solved {
		return 1
	}
	return 0
}
