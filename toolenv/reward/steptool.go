package reward

import "github.com/stepgrain/stepgrain/toolenv"

// StepTool is the reward of the paper by its rules (no judge):
//
//	r_t = (α·SuccCalling + Contribution) / (1 + α)   for t < T
//	r_T = IsSolved
//
// with both parts in {0, 1} and α = 1, the form that the released data has
// (equation 3, normalised). It pays for every well-formed call, also for one
// that was made before: a policy that may choose how long to go on farms it. Guard
// shows that.
//
// Which calls succeed and contribute is decided by Rules; Released takes the
// released ones, under which a crash counts as a failure.
type StepTool struct {
	Alpha, Threshold float64
	Released         bool
}

// Name implements Shaper.
func (StepTool) Name() string { return "steptool" }

// Shape implements Shaper.
func (s StepTool) Shape(t *toolenv.Trajectory) {
	unshape(t)
	answer := finishArguments(t)
	rules := Rules{Threshold: s.Threshold, Released: s.Released}
	for i := range t.Turns {
		turn := &t.Turns[i]
		if isFinish(turn) && i == len(t.Turns)-1 {
			continue
		}
		var succ, contrib float64
		if turn.Call != nil && !isFinish(turn) {
			if ok, err := rules.Succeeded(turn.Observation); err == nil && ok {
				succ = 1
			}
			if c, err := rules.Contributes(turn.Observation, answer); err == nil && c.Contributes {
				contrib = 1
			}
		}
		give(turn, SuccCalling, s.Alpha*succ/(1+s.Alpha), "rules")
		give(turn, Contribution, contrib/(1+s.Alpha), "rules")
	}
	if n := len(t.Turns); n > 0 {
		give(&t.Turns[n-1], IsSolved, solved(t), "environment")
	}
}

// finishArguments is the raw argument text of the last action if it is Finish.
func finishArguments(t *toolenv.Trajectory) string {
	if n := len(t.Turns); n > 0 && isFinish(&t.Turns[n-1]) {
		return string(t.Turns[n-1].Call.Args)
	}
	return ""
}
