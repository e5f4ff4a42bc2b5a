package reward

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
)

// Evidence is what Guard looks at.
type Evidence struct {
	// Shortest and Repeating are pairs of episodes of the same tasks: the shortest
	// solution, and one that makes the same calls and then repeats a good one until
	// the budget is used up, without ever answering. Both nil: test 1 is left out.
	Shortest, Repeating []*toolenv.Trajectory
	// Demonstrations are episodes of the policy that will be imitated. None: test 2
	// is left out.
	Demonstrations []*toolenv.Trajectory
}

// Limits of the second test.
const (
	MaxCorrCalls = .3
	MinAUC       = .95
	// MinEach is how many solved demonstrations, and how many unsolved ones, the
	// figures need to be trusted. With 20 of each the standard error of the AUC
	// (Hanley & McNeil, Radiology 143, 1982) is .04 where the truth is .95 and .07
	// where it is .8, and that of the correlation, (1 − ρ²)/√(n − 1), is .10 where the
	// truth is .6. With fewer a bad reward may pass by luck: see [Report.Judged].
	MinEach = 20
)

// Report is what Guard found. All figures are of returns, the undiscounted sums
// of an episode's rewards.
type Report struct {
	Shaper string `json:"shaper"`
	// Test 1.
	Tasks         int     `json:"tasks"`    // 0: not run
	Farmable      int     `json:"farmable"` // tasks in which repeating earns at least as much as solving
	MeanShortest  float64 `json:"mean_shortest"`
	MeanRepeating float64 `json:"mean_repeating"`
	// Test 2.
	Demonstrations int     `json:"demonstrations"` // 0: not run
	Solved         int     `json:"solved"`         // of them
	MeanSolved     float64 `json:"mean_solved"`
	MeanUnsolved   float64 `json:"mean_unsolved"`
	MaxUnsolved    float64 `json:"max_unsolved"`
	AUC            float64 `json:"auc"` // how often a solved episode earns more than an unsolved one, ties half
	CorrSolved     float64 `json:"corr_solved"`
	CorrCalls      float64 `json:"corr_calls"`
	// Tripped lists why the reward should not be trained on; empty when both tests
	// pass.
	Tripped []string `json:"tripped"`
}

// Guard tells, before any training, whether a reward can be farmed by a policy
// that decides for itself how many calls to make:
//
//	test 1  in some task, repeating a good call to the limit earns at least what the shortest solution earns
//	test 2  on demonstrations, the return follows the number of calls (correlation above .3),
//	        or separates solved from unsolved episodes badly (AUC below .95),
//	        or there are none of either kind, so that nothing separates them
//
// It shapes the trajectories with s; their former rewards are lost.
func Guard(s Shaper, e Evidence) Report {
	r := Report{Shaper: s.Name(), Tasks: len(e.Shortest), Demonstrations: len(e.Demonstrations), Tripped: []string{}}
	if len(e.Shortest) != len(e.Repeating) {
		panic(fmt.Sprintf("reward: Guard: %d shortest and %d repeating episodes", len(e.Shortest), len(e.Repeating)))
	}
	for i := range e.Shortest {
		short, repeating := shapedReturn(s, e.Shortest[i]), shapedReturn(s, e.Repeating[i])
		r.MeanShortest += short / float64(r.Tasks)
		r.MeanRepeating += repeating / float64(r.Tasks)
		if repeating >= short {
			r.Farmable++
		}
	}
	if r.Farmable > 0 {
		r.Tripped = append(r.Tripped, fmt.Sprintf("in %d of %d tasks repeating a call to the limit earns at least as much as solving the task (means %.2f and %.2f)",
			r.Farmable, r.Tasks, r.MeanRepeating, r.MeanShortest))
	}
	if r.Demonstrations > 0 {
		r.demonstrations(s, e.Demonstrations)
	}
	return r
}

func shapedReturn(s Shaper, t *toolenv.Trajectory) float64 {
	s.Shape(t)
	return t.Return()
}

func (r *Report) demonstrations(s Shaper, list []*toolenv.Trajectory) {
	var returns, calls, right []float64
	var won, lost []float64
	for _, t := range list {
		x := shapedReturn(s, t)
		returns = append(returns, x)
		calls = append(calls, float64(len(t.Turns)))
		right = append(right, solved(t))
		if t.Solved {
			won = append(won, x)
		} else {
			lost = append(lost, x)
		}
	}
	r.MeanSolved, r.MeanUnsolved = mean(won), mean(lost)
	if len(lost) > 0 {
		r.MaxUnsolved = slices.Max(lost)
	}
	r.Solved, r.AUC = len(won), auc(won, lost)
	r.CorrSolved, r.CorrCalls = correlation(returns, right), correlation(returns, calls)
	if len(won) == 0 || len(lost) == 0 {
		r.Tripped = append(r.Tripped, fmt.Sprintf("%d solved and %d unsolved demonstrations: without both kinds nothing shows what the reward pays", len(won), len(lost)))
		return
	}
	if r.CorrCalls > MaxCorrCalls {
		r.Tripped = append(r.Tripped, fmt.Sprintf("on demonstrations the return grows with the number of calls (correlation %.2f, at most %.2f allowed)", r.CorrCalls, MaxCorrCalls))
	}
	if r.AUC < MinAUC {
		r.Tripped = append(r.Tripped, fmt.Sprintf("on demonstrations the return does not separate solved from unsolved episodes (AUC %.2f, at least %.2f needed)", r.AUC, MinAUC))
	}
}

// OK reports whether the reward passed.
func (r Report) OK() bool { return len(r.Tripped) == 0 }

// Judged reports whether there were demonstrations enough to trust test 2.
func (r Report) Judged() bool { return min(r.Solved, r.Demonstrations-r.Solved) >= MinEach }

// String gives the figures, and what they mean, in a few lines.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "reward %s: ", r.Shaper)
	if r.Tasks > 0 {
		fmt.Fprintf(&b, "farmable in %d of %d tasks (repeating %.2f, solving %.2f); ", r.Farmable, r.Tasks, r.MeanRepeating, r.MeanShortest)
	} else {
		b.WriteString("test for repetition not run; ")
	}
	if r.Demonstrations > 0 {
		fmt.Fprintf(&b, "on %d demonstrations: mean return solved %.2f, unsolved %.2f (at most %.2f), AUC %.2f, correlation with solved %.2f, with calls %.2f",
			r.Demonstrations, r.MeanSolved, r.MeanUnsolved, r.MaxUnsolved, r.AUC, r.CorrSolved, r.CorrCalls)
	} else {
		b.WriteString("test on demonstrations not run")
	}
	for _, why := range r.Tripped {
		b.WriteString("\n  tripped: " + why)
	}
	return b.String()
}
