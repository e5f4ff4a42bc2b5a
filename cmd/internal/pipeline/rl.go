package pipeline

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/tensor"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// reinforce is step-grained PPO in the embedded world.
func (r *run) reinforce(ctx context.Context) error {
	if r.config.Method == "sft" {
		r.state.Stage = "eval"
		return r.checkpoint("eval", nil)
	}
	if err := r.openTrainer(); err != nil {
		return err
	}
	err := r.learn(ctx, r.rollout(), learning{
		iterations: r.config.PPO.Iterations, unit: "iter", label: "rl", line: playedLine, leftOut: []string{"iteration", "seconds"},
	})
	if err != nil {
		return err
	}
	r.state.Stage = "eval"
	return r.checkpointTrainer("eval")
}

// playedLine are the figures that a person follows.
func playedLine(f *ppo.Report) string {
	line := fmt.Sprintf("pass %.2f   return %.2f   kl %.3f   entropy %.2f   clip %.2f", f.Pass, f.Return, f.KL, f.Entropy, f.ClipFrac)
	switch {
	case f.RatioViolations > 0:
		line += fmt.Sprintf("   ratio₀ ≠ 1 for %d tokens ✗", f.RatioViolations)
	case f.RatioChecks > 0:
		line += "   ratio₀ = 1 ✓"
	}
	if f.Dead {
		line += "   dead batch"
	} else if f.CriticOnly {
		line += "   critic only"
	}
	return line
}

// openTrainer makes the policy, its critic and the trainer, and restores them
// when the stage is resumed.
func (r *run) openTrainer() error {
	if r.trainer != nil {
		return nil
	}
	if err := r.openModel(); err != nil {
		return err
	}
	if err := r.addAdapters("rl"); err != nil {
		return err
	}
	var err error
	if r.trainer, err = ppo.NewTrainer(r.model, r.dev, r.ppoConfig(), rng.Derive(r.config.Seed, "ppo")); err != nil {
		return err
	}
	return r.restoreTrainer(r.trainer.Restore)
}

// rollout plays fresh tasks with the present policy.
func (r *run) rollout() *ppo.Rollout {
	c := r.config
	tasks := map[int]*world.Env{} // of the present iteration
	at := -1
	return &ppo.Rollout{
		Policy: &ppo.ModelPolicy{Engine: r.engine(r.trainer.Critic.Hook()), Renderer: r.renderer, Temperature: c.PPO.Temperature, MaxAction: c.Env.ActionTokens},
		Tasks:  c.PPO.Tasks, Samples: c.PPO.Samples, Seed: rng.Derive(c.Seed, "rollout"),
		Env: func(it, k int) toolenv.Env {
			if it != at {
				at = it
				clear(tasks)
			}
			if e, ok := tasks[k]; ok {
				return e.Fresh() // another sample of the task
			}
			tasks[k] = r.world.TrainTask(it*c.PPO.Tasks + k)
			return tasks[k]
		},
		Shape: r.shaper.Shape,
	}
}

// engine returns the run's engine: one for all rollouts and evaluations, for its
// cache is the largest thing in memory. value may be nil.
func (r *run) engine(value func(h *tensor.Tensor) []float32) *llama.Engine {
	if r.decoder == nil {
		r.decoder = llama.NewEngine(r.model, r.dev, llama.EngineOptions{MaxContext: r.context()})
	}
	r.decoder.Value = value
	return r.decoder
}

// context is the longest episode in tokens: what is asked for, or what a given
// checkpoint has positions for.
func (r *run) context() int {
	return min(r.config.Model.Context, r.model.Config.MaxPositionEmbeddings)
}
