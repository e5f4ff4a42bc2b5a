package world

import (
	"context"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
)

// The repeating policy uses up every budget and never answers; the random one
// makes well-formed calls and hardly ever finds an answer.
func TestRepeaterAndRandom(t *testing.T) {
	both(t, func(t *testing.T, w *World) {
		envs := w.Set("seen")
		play := func(p toolenv.Policy) []*toolenv.Trajectory {
			list, err := toolenv.Rollout(context.Background(), p, Envs(envs, 1))
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		for _, e := range play(Repeater(envs)) {
			if e.Outcome != toolenv.Budget || len(e.Turns) != w.MaxCalls() {
				t.Errorf("task %s, repeating: %s after %d calls", e.Task.ID, e.Outcome, len(e.Turns))
			}
		}
		list := play(Random(envs, 1))
		if m := metrics.Measure(list); m.InvalidCallRate != 0 || m.Pass > .1 {
			t.Errorf("at random: %+v", m)
		}
	})
}
