package pipeline

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/cmd/internal/metrics"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/ppo/baseline/sft"
)

// imitate trains on demonstrations, each once.
func (r *run) imitate(ctx context.Context) error {
	if err := r.openModel(); err != nil {
		return err
	}
	if err := r.addAdapters("sft"); err != nil {
		return err
	}
	t, err := r.sftTrainer()
	if err != nil {
		return err
	}
	next := r.demonstrations(t.Progress.Examples)
	const k = 1000
	task := r.out.Begin("sft", "k tokens", (t.Config.Tokens+t.Config.CopySteps*t.Config.CopyTokens)/k, r.sftTokens(t)/k)
	saved := t.Progress.Steps
	for !t.Done() {
		if err := ctx.Err(); err != nil && saved == t.Progress.Steps && saved > 0 {
			return err
		} else if err != nil {
			return r.checkpointSFT(t, err)
		}
		figures, err := t.Step(next)
		if err != nil {
			return err
		}
		r.state.Window.add(figures)
		steps := t.Progress.Steps
		if steps%r.config.Save.LogEvery == 0 || t.Done() {
			if err := r.metrics.Write(r.state.Window.record(steps, figures)); err != nil {
				return err
			}
			r.state.Window = window{}
		}
		task.Update(r.sftTokens(t)/k, "loss %.3f   %s tokens/s", figures.Loss, thousands(figures.Rate))
		if steps%r.config.Save.SFTEvery == 0 && !t.Done() {
			if err := r.checkpointSFT(t, nil); err != nil {
				return err
			}
			saved = steps
		}
	}
	task.End()
	r.state.Trainer = nil
	if err := r.imitated(); err != nil {
		return err
	}
	return r.checkpoint("eval-sft", nil)
}

// sftTokens is how far imitation is, strings to copy first included.
func (r *run) sftTokens(t *sft.Trainer) int {
	return t.Progress.Tokens + min(t.Progress.Steps, t.Config.CopySteps)*t.Config.CopyTokens
}

func (r *run) sftTrainer() (*sft.Trainer, error) {
	c := r.config.SFT
	t, err := sft.New(r.model, r.dev, sft.Config{
		Tokens: c.Tokens, Batch: c.Batch, MicroTokens: c.MicroTokens, LR: c.LR, Beta1: c.Beta1, Beta2: c.Beta2, WeightDecay: c.Decay,
		ClipNorm: c.ClipNorm, Warmup: c.Warmup, FinalLR: c.FinalLR,
		CopySteps: c.CopySteps, CopyTokens: c.CopyTokens, CopyWarmup: c.CopyWarmup, CopyEvery: c.CopyEvery,
		AccuracyEvery: r.config.Save.LogEvery,
	}, r.firstPlain(), rng.Derive(r.config.Seed, "sft"))
	if err != nil || r.state.Trainer == nil {
		return t, err
	}
	get, finish, err := r.tensors()
	if err != nil {
		return nil, err
	}
	err = t.Restore(r.state.Trainer, get)
	if readErr := finish(); readErr != nil {
		return nil, readErr
	}
	return t, err
}

// firstPlain is the first id past the special tokens.
func (r *run) firstPlain() int {
	n := int32(0)
	for r.tokenizer.IsSpecial(n) {
		n++
	}
	return int(n)
}

func (r *run) checkpointSFT(t *sft.Trainer, cause error) error {
	s, err := t.State()
	if err != nil {
		return err
	}
	r.state.Trainer = s.JSON
	if err := r.checkpoint(fmt.Sprintf("sft-%d", t.Progress.Steps), s.Tensors); err != nil {
		return err
	}
	return cause
}

// demonstrations renders the demonstrations of the world from the first on.
func (r *run) demonstrations(first int) sft.Source {
	limits := chat.Limits{Tokens: r.context()}
	return func(i int) (*sft.Example, error) {
		return sft.FromTrajectory(r.renderer, r.world.Demo(i).Trajectory, limits)
	}
}

// window sums the figures of SFT steps until they become a line of metrics. It
// is part of a checkpoint, so that a line may span an interruption.
type window struct {
	Steps     int     `json:"steps"` // on demonstrations
	Copying   int     `json:"copying"`
	Tokens    int     `json:"tokens"`
	Loss      float64 `json:"loss"` // sums over steps
	CopyLoss  float64 `json:"copy_loss"`
	Norm      float64 `json:"grad_norm"`
	Measured  bool    `json:"measured"`
	Accuracy  float64 `json:"accuracy"`
	Names     float64 `json:"accuracy_tool"`
	Arguments float64 `json:"accuracy_arguments"`

	seconds float64
}

func (w *window) add(f *sft.Report) {
	w.Tokens += f.Tokens
	w.Norm += f.GradNorm
	w.seconds += f.Seconds
	if f.Copying {
		w.Copying++
		w.CopyLoss += f.Loss
	} else {
		w.Steps++
		w.Loss += f.Loss
	}
	if f.Measured {
		w.Measured, w.Accuracy, w.Names, w.Arguments = true, f.Accuracy, f.Names, f.Arguments
	}
}

// record is the line of metrics.
func (w *window) record(step int, last *sft.Report) *metrics.Record {
	m := metrics.New("sft", step)
	if w.Steps > 0 {
		m.Num("loss", w.Loss/float64(w.Steps))
	}
	if w.Copying > 0 {
		m.Num("copy_loss", w.CopyLoss/float64(w.Copying))
	}
	m.Num("grad_norm", w.Norm/float64(w.Steps+w.Copying)).Num("lr", last.LR).Int("tokens", w.Tokens)
	if w.Measured {
		m.Num("accuracy", w.Accuracy).Num("accuracy_tool", w.Names).Num("accuracy_arguments", w.Arguments)
	}
	if w.seconds > 0 {
		m.Num("tokens_per_second", float64(w.Tokens)/w.seconds)
	}
	return m
}

func thousands(x float64) string { return fmt.Sprintf("%.1f k", x/1e3) }
