package ppo

import (
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
)

// Episode is one trajectory ready to be learned from: the exact tokens that the
// model saw and chose, and what is known of each of them. Slices that go by
// token have length T.
type Episode struct {
	ID    string // names the episode in messages and reports
	Group int    // episodes of one task share it

	Tokens   []int32
	Turn     []int32   // the step of a sampled token, −1 elsewhere
	Role     []Role    // what a sampled token is for, see [Role]; may be nil
	LogProbs []float64 // of sampled tokens under the policy that chose them; nil: unknown
	Values   []float64 // the critic's, of sampled tokens; nil: unknown

	Scores    []Score     // rewards, on sampled tokens
	Parts     []Component // the same rewards summed by what they are for, for reports
	Truncated bool        // cut off by the length of the context, neither ended nor out of calls

	Solved bool          // for reports
	Calls  metrics.Calls // for reports

	// Trajectory is where the episode comes from, nil for stored ones. The trainer
	// writes the advantages into it.
	Trajectory *toolenv.Trajectory

	// Written by the trainer: [T], 0 where nothing was sampled. The update starts
	// from the log-probabilities and values called old, whether they were kept
	// while sampling or computed, and aims at advantages and returns.
	OldLogProbs, OldValues []float64
	Advantages, Returns    []float64
}

// Component is a part of an episode's reward.
type Component struct {
	Name  string
	Value float64
}

// last returns the index of the last sampled token, −1 when there is none.
func (e *Episode) last() int {
	for t := len(e.Turn) - 1; t >= 0; t-- {
		if e.Turn[t] >= 0 {
			return t
		}
	}
	return -1
}

// Validate reports an episode that cannot be learned from.
func (e *Episode) Validate() error {
	n := len(e.Tokens)
	if len(e.Turn) != n || (e.Role != nil && len(e.Role) != n) || (e.LogProbs != nil && len(e.LogProbs) != n) || (e.Values != nil && len(e.Values) != n) {
		return fmt.Errorf("ppo: episode %s: %d tokens with %d steps, %d roles, %d log-probabilities, %d values",
			e.ID, n, len(e.Turn), len(e.Role), len(e.LogProbs), len(e.Values))
	}
	step := int32(-1)
	for t, u := range e.Turn {
		switch {
		case u < 0:
			continue
		case t == 0:
			return fmt.Errorf("ppo: episode %s: the first token is sampled: nothing predicts it", e.ID)
		case u < step:
			return fmt.Errorf("ppo: episode %s: step %d follows step %d at token %d", e.ID, u, step, t)
		}
		step = u
	}
	return nil
}
