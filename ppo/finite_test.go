package ppo_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/ppo"
)

// spoilt changes the episodes of another source.
type spoilt struct {
	ppo.Source
	change func(*ppo.Episode)
}

func (s spoilt) Episodes(ctx context.Context, it int) ([]*ppo.Episode, error) {
	list, err := s.Source.Episodes(ctx, it)
	for _, e := range list {
		s.change(e)
	}
	return list, err
}

// A gradient whose norm is no number stops the run, with the weights as they
// were: no step is taken with it, neither of the policy nor of the critic.
func TestNoStepWithoutAFiniteNorm(t *testing.T) {
	for _, x := range []struct {
		name, kind string
		change     func(*ppo.Episode)
		say        string
	}{
		{"policy", "detached", func(e *ppo.Episode) { e.LogProbs[len(e.LogProbs)-1] = math.NaN() }, "iteration 2: the norm of the policy's gradient is NaN"},
		{"both", "shared", func(e *ppo.Episode) { e.Scores = []ppo.Score{{Token: len(e.Tokens) - 1, Value: 1e39}} }, "iteration 2: the norm of the policy's gradient is"},
		{"critic", "separate", func(e *ppo.Episode) {
			e.Scores = []ppo.Score{{Token: len(e.Tokens) - 1, Value: 1e39 * float64(e.Group+1)}}
		}, "iteration 2: the norm of the critic's gradient is"},
		{"critic", "detached", func(e *ppo.Episode) {
			e.Scores = []ppo.Score{{Token: len(e.Tokens) - 1, Value: 1e39 * float64(e.Group+1)}}
		}, "iteration 2: the norm of the critic's gradient is"},
	} {
		m := imitator(t)
		trainer, src := play(t, m, device(t, 2), config(func(c *ppo.Config) { c.Critic.Kind, c.Critic.ValueClip, c.KL = x.kind, 0, "none" }))
		iterate(t, trainer, src)
		all := func() []float64 {
			list := weights(m)
			for _, p := range trainer.Critic.Params() {
				list = append(list, p.Data.Floats()...)
			}
			return list
		}
		before := all()
		_, err := trainer.Iterate(context.Background(), spoilt{src, x.change})
		if err == nil || !strings.Contains(err.Error(), x.say) {
			t.Errorf("%s, %s critic: error %v, want %q", x.name, x.kind, err, x.say)
		}
		if !slices.Equal(before, all()) {
			t.Errorf("%s, %s critic: weights changed", x.name, x.kind)
		}
	}
}

// The further passes of a detached critic are guarded as well.
func TestMorePassesStopWithoutAFiniteNorm(t *testing.T) {
	trainer, src := play(t, imitator(t), device(t, 2), config(func(c *ppo.Config) { c.Critic.Epochs = c.Epochs + 1 }))
	r := iterate(t, trainer, src)
	batch, err := ppo.Pack(r.Learned)
	if err != nil {
		t.Fatal(err)
	}
	batch.Value = make([]float64, batch.Sampled())
	batch.Return = slices.Repeat([]float64{math.NaN()}, batch.Sampled())
	before := trainer.Critic.Params()[0].Data.Floats()
	if err := trainer.MoreCritic(batch); err == nil || !strings.Contains(err.Error(), "the norm of the critic's gradient is NaN") {
		t.Errorf("error %v", err)
	}
	if !slices.Equal(before, trainer.Critic.Params()[0].Data.Floats()) {
		t.Error("the critic changed")
	}
}
