package pipeline

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// inspectData reads the stored trajectories.
func (r *run) inspectData() error {
	c := r.config
	rows, err := steptool.Load(c.Data.File)
	if err != nil {
		return err
	}
	layout, err := chat.ByName(c.Model.Template)
	if err != nil {
		return err
	}
	for i, row := range rows {
		conversation, err := layout.Parse(row.Prompts, row.Responses)
		if err != nil {
			return fmt.Errorf("%s: row %d: %w (is -template %s right for this file?)", c.Data.File, i+1, err, c.Model.Template)
		}
		rewards := row.Rewards
		if c.Method == "ppo-final" { // the answer alone is paid
			rewards = make([]float64, len(row.Rewards))
			rewards[len(rewards)-1] = row.Rewards[len(rewards)-1]
		}
		stored := ppo.StoredTrajectory{ID: fmt.Sprintf("row-%d", i+1), Conversation: conversation, Rewards: rewards}
		if c.PPO.Behaviour == "stored" {
			if stored.LogProbs = row.LogProbs; row.LogProbs == nil {
				return fmt.Errorf("config ppo.old = stored: %s has no column logprobs with the log-probabilities of the policy that played (per response a list with one number a token): add it, or use ppo.old=current", c.Data.File)
			}
		}
		r.stored = append(r.stored, stored)
	}
	if c.Compat.Mode == "released" {
		return r.planReleased(rows)
	}
	// Whether the rows fit is known without the model's weights.
	tok, err := checkpoint.OpenTokenizer(c.Model.Path)
	if err != nil {
		return err
	}
	if r.renderer, err = chat.NewRenderer(layout, tok); err != nil {
		return err
	}
	_, err = r.source(c.Data.Context)
	return err
}

// source renders the stored rows for a context of so many tokens.
func (r *run) source(length int) (*ppo.Stored, error) {
	c := r.config
	limits := chat.Limits{Tokens: length, Action: c.Data.ActionTokens}
	src, err := ppo.NewStored(r.renderer, r.stored, limits, c.Data.Batch, c.Data.Epochs, rng.Derive(c.Seed, "stored"))
	if err != nil {
		return nil, fmt.Errorf("%w: try a larger data.context (%d) or a smaller data.action_tokens (%d)", err, length, c.Data.ActionTokens)
	}
	return src, nil
}

// offline is PPO on stored trajectories.
func (r *run) offline(ctx context.Context) error {
	c := r.config
	if c.Compat.Mode == "released" {
		return r.released(ctx)
	}
	if r.state.Stage == "start" {
		r.state.Stage = "data"
	}
	if err := r.openOffline(); err != nil {
		return err
	}
	length := min(c.Data.Context, r.model.Config.MaxPositionEmbeddings)
	src, err := r.source(length)
	if err != nil {
		return err
	}
	if src.Dropped > 0 || src.Cut > 0 {
		r.out.Printf("note: %d leading steps did not fit %d tokens and were dropped with their rewards, %d actions were cut at %d tokens", src.Dropped, length, src.Cut, c.Data.ActionTokens)
	}
	n := c.PPO.Iterations
	if n == 0 {
		n = src.Batches()
	}
	return r.learn(ctx, src, learning{
		iterations: n, unit: "batch", label: "data", line: storedLine,
		leftOut: []string{"iteration", "seconds", "pass", "calls", "invalid", "failed", "rollout_tokens_per_second"}, // nothing was played
	})
}

// storedLine are the figures that a person follows.
func storedLine(f *ppo.Report) string {
	return fmt.Sprintf("loss %.4f   value %.4f   kl %.4f   clip %.2f", f.PolicyLoss, f.ValueLoss, f.KL, f.ClipFrac)
}

// openOffline makes the policy of -model, with adapters, and its trainer.
func (r *run) openOffline() error {
	if err := r.openModel(); err != nil {
		return err
	}
	for _, l := range r.model.Layers {
		l.Recompute = true // rows are long and the model may be large: activations are made again in the backward pass
	}
	if err := r.openTrainer(); err != nil {
		return err
	}
	p := r.model.Config
	r.out.Printf("model %s: %d layers, d %d, %d parameters, LoRA rank %d, computing with %s; %d stored trajectories",
		p.ModelType, p.NumHiddenLayers, p.HiddenSize, p.Parameters(), r.config.LoRA.R, r.config.Impl, len(r.stored))
	return nil
}
