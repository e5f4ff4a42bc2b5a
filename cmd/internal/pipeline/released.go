package pipeline

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/cmd/internal/episode"
	"github.com/stepgrain/stepgrain/cmd/internal/metrics"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/ppo/released"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// asReleased is the released trainer at work on stored trajectories, with all
// its defects (docs/method.md, section 8).
type asReleased struct {
	plan    *released.Run
	trainer *released.Trainer
	perPass int // rows of the file that a pass trains on
	cut     int // rows that the limits shortened
}

// planReleased formats the rows as the released trainer does, lays out its
// batches, and reads the model, to see whether they fit it.
func (r *run) planReleased(rows []steptool.Row) (err error) {
	defer tokenizer.Recover(&err)
	c, a := r.config, &asReleased{}
	tok, err := checkpoint.OpenTokenizer(c.Model.Path)
	if err != nil {
		return err
	}
	encode := func(text string) []int32 { return tok.Encode(text, tokenizer.WithAdditions) }
	formatted := make([]released.Row, len(rows))
	for i, row := range rows {
		var cut bool
		if formatted[i], cut = released.Format(i, row, encode, c.Data.Context, c.Data.ActionTokens); cut {
			a.cut++
		}
	}
	settings, adapters, err := released.Configuration(c.Model.Template)
	if err != nil {
		return err
	}
	settings.Seed, settings.BatchSize = int(c.Seed), c.Data.Batch
	adapters.R, adapters.Alpha, adapters.TargetModules = c.LoRA.R, c.LoRA.Alpha, c.LoRA.Targets
	a.perPass = len(rows) / c.Data.Batch * c.Data.Batch
	passes, n := c.Data.Epochs, c.PPO.Iterations
	if n > 0 && a.perPass > 0 {
		passes = (n*c.Data.Batch + a.perPass - 1) / a.perPass
	}
	if a.plan, err = released.Plan(formatted, settings, adapters, passes, tok.EOS(), c.Seed); err != nil {
		return fmt.Errorf("%s: %w", c.Data.File, err)
	}
	if n > 0 {
		a.plan.Batches = a.plan.Batches[:n]
	}
	r.asReleased = a
	if err := r.openModel(); err != nil {
		return err
	}
	longest := 0
	for i := range formatted {
		longest = max(longest, len(formatted[i].Query)+len(formatted[i].Response))
	}
	if most := r.model.Config.MaxPositionEmbeddings; longest > most {
		return fmt.Errorf("%s: the longest row has %d tokens, but the checkpoint has positions for %d: data.context (%d, of all before the last action) and data.action_tokens (%d, of the last action) must not be more together",
			c.Data.File, longest, most, c.Data.Context, c.Data.ActionTokens)
	}
	return nil
}

// released is the released trainer on stored trajectories.
func (r *run) released(ctx context.Context) error {
	if r.state.Stage == "start" {
		r.state.Stage = "data"
	}
	if err := r.openReleased(); err != nil {
		return err
	}
	t := r.asReleased.trainer
	all := len(t.Plan.Batches)
	task := r.out.Begin("ppo", "batch", all, t.Done)
	err := loop{
		at:    func() int { return t.Done },
		done:  func() bool { return t.Done >= all },
		step:  func(context.Context) error { return r.stepReleased(task) },
		every: r.config.Save.PPOEvery,
		save: func() error {
			s, err := t.State()
			if err != nil {
				return err
			}
			r.state.Trainer = s.JSON
			return r.checkpoint(fmt.Sprintf("data-%d", t.Done), s.Tensors)
		},
		last: true,
	}.run(ctx)
	if err != nil {
		return err
	}
	task.End()
	return nil
}

// stepReleased trains on the next batch and records it.
func (r *run) stepReleased(task *progress.Task) error {
	t := r.asReleased.trainer
	b, rows, checks, violations, err := t.Step()
	if err != nil {
		return err
	}
	m, err := r.recordReleased(b, rows)
	if err != nil {
		return err
	}
	if err := r.metrics.Write(m.Int("ratio_checks", checks).Int("ratio_violations", violations)); err != nil {
		return err
	}
	r.state.RL.RatioChecks += int64(checks)
	r.state.RL.RatioViolations += int64(violations)
	r.state.RL.Episodes += len(rows)
	figure := func(name string) float64 { x, _ := b.Stats[name].(float64); return x }
	task.Update(t.Done, "loss %.4f   value %.4f   kl %.4f   clip %.2f   %d Adam steps", figure("ppo/loss/policy"), figure("ppo/loss/value"),
		figure("objective/kl"), figure("ppo/policy/clipfrac"), b.AdamSteps)
	return nil
}

// openReleased makes adapters, value head and trainer, or puts them back from a
// checkpoint.
func (r *run) openReleased() error {
	a, c, p := r.asReleased, r.config, r.model.Config
	for _, l := range r.model.Layers {
		l.Recompute = true
	}
	if err := r.addAdapters("rl"); err != nil {
		return err
	}
	var dev kernels.Backend = r.dev
	if c.Compat.DType == "f64" {
		dev = ref.New()
	}
	a.trainer = released.NewTrainer(r.model, a.plan, c.Seed, dev)
	r.out.Printf("model %s: %d layers, d %d, %d parameters, LoRA rank %d, computing with %s",
		p.ModelType, p.NumHiddenLayers, p.HiddenSize, p.Parameters(), c.LoRA.R, dev.Name())
	r.out.Printf("as StepTool's trainer was released, defects included (docs/method.md, section 8): %d of %d rows in each pass, the last short batch dropped; %d rows cut at %d tokens, their last action at %d",
		a.perPass, len(r.stored), a.cut, c.Data.Context, c.Data.ActionTokens)
	return r.restoreTrainer(a.trainer.Restore)
}

// recordReleased appends the rows of a batch to trajectories.jsonl, with the
// rewards as they are paid, and returns the batch's line of metrics.
func (r *run) recordReleased(b *released.Batch, rows []*released.Learned) (*metrics.Record, error) {
	done := r.asReleased.trainer.Done
	var list []*episode.Episode
	var tokens, sampled int
	var paid float64
	for _, l := range rows {
		row := r.stored[l.Group]
		l.ID, row.Rewards = row.ID, l.Paid
		e := episode.FromStored(l.Episode, &row, done)
		for k := range e.Turns {
			e.Turns[k].Rewards[0].Source = "file, as released"
		}
		list = append(list, e)
		paid += e.Return / float64(len(rows))
		tokens += len(l.Tokens)
		for _, turn := range l.Turn {
			if turn >= 0 {
				sampled++
			}
		}
	}
	if err := r.appendEpisodes(list); err != nil {
		return nil, err
	}
	m := metrics.New("ppo", done).Int("pass_of_data", b.Epoch+1).Int("episodes", len(rows)).Int("tokens", tokens).Int("sampled_tokens", sampled).Num("return", paid)
	for _, f := range []struct{ name, stat string }{
		{"kl", "objective/kl"}, {"kl_coef", "objective/kl_coef"}, {"final_score", "ppo/mean_scores"},
		{"policy_loss", "ppo/loss/policy"}, {"value_loss", "ppo/loss/value"}, {"clip_fraction", "ppo/policy/clipfrac"}, {"value_clip_fraction", "ppo/val/clipfrac"},
		{"policy_kl", "ppo/policy/policykl"}, {"approx_kl", "ppo/policy/approxkl"}, {"entropy", "ppo/policy/entropy"},
		{"explained_variance", "ppo/val/var_explained"}, {"lr", "ppo/learning_rate"},
	} {
		m.Num(f.name, b.Stats[f.stat].(float64))
	}
	norm, ratio := 0.0, 0.0
	for _, g := range b.GradNorms {
		norm += g["total"] / float64(len(b.GradNorms))
	}
	for _, mini := range b.Minibatches {
		ratio = max(ratio, mini["ratio/max"].(float64))
	}
	return m.Num("ratio_max", ratio).Int("updates", b.AdamSteps).Num("grad_norm", norm), nil
}
