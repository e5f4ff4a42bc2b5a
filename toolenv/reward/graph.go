package reward

import "github.com/stepgrain/stepgrain/toolenv"

// Graph pays once for each fact that the task needs:
//
//	Contribution  1/n   for a call that answers one of the task's n milestones for the first time
//	SuccCalling   −FailCost   for a call that fails: malformed, unknown, or answered by an error
//	IsSolved      1     for the right answer
//
// Whatever a policy does, the contributions of an episode sum to at most 1 and
// an unsolved one earns no more than that, so nothing can be gained by repeating
// calls.
type Graph struct{ FailCost float64 }

// Name implements Shaper.
func (Graph) Name() string { return "graph" }

// Shape implements Shaper.
func (g Graph) Shape(t *toolenv.Trajectory) {
	unshape(t)
	for i := range t.Turns {
		turn := &t.Turns[i]
		if turn.Failed {
			give(turn, SuccCalling, -g.FailCost, "graph")
		}
		if turn.Milestone >= 0 {
			give(turn, Contribution, 1/float64(len(t.Task.Plan)), "graph")
		}
	}
	if n := len(t.Turns); n > 0 {
		give(&t.Turns[n-1], IsSolved, solved(t), "environment")
	}
}

// Final pays 1 for the right answer and nothing else.
type Final struct{}

// Name implements Shaper.
func (Final) Name() string { return "final" }

// Shape implements Shaper.
func (Final) Shape(t *toolenv.Trajectory) {
	unshape(t)
	if n := len(t.Turns); n > 0 {
		give(&t.Turns[n-1], IsSolved, solved(t), "environment")
	}
}
