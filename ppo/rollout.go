package ppo

import (
	"context"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Rollout is the on-policy [Source]: it plays fresh episodes with the present
// policy, several of each task, and lets a shaper reward them.
type Rollout struct {
	Policy  *ModelPolicy
	Tasks   int // tasks of an iteration
	Samples int // episodes of each task
	Seed    uint64
	// Env returns a new episode of task k of iteration it. It is called once for
	// every sample.
	Env func(it, k int) toolenv.Env
	// Shape rewards the turns of a trajectory.
	Shape func(*toolenv.Trajectory)
}

// OnPolicy implements [Source].
func (r *Rollout) OnPolicy() bool { return r.Policy.TopK == 0 && r.Policy.TopP == 0 }

// Episodes implements [Source].
func (r *Rollout) Episodes(ctx context.Context, it int) ([]*Episode, error) {
	envs := make([]toolenv.Env, 0, r.Tasks*r.Samples)
	for k := range r.Tasks {
		for range r.Samples {
			envs = append(envs, r.Env(it, k))
		}
	}
	policy := *r.Policy
	policy.Stream = func(c *toolenv.Conversation) *rand.Rand { return rng.New(r.Seed, "rollout", it, c.ID) }
	played, err := toolenv.Rollout(ctx, &policy, envs)
	if err != nil {
		return nil, err
	}
	episodes := make([]*Episode, len(played))
	for i, tr := range played {
		tr.Sample = i % r.Samples
		r.Shape(tr)
		if episodes[i], err = FromTrajectory(tr, r.Policy.Renderer.Tokenizer); err != nil {
			return nil, err
		}
		episodes[i].Group = i / r.Samples
	}
	return episodes, nil
}
