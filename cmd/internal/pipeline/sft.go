package pipeline

import (
	"context"
	"fmt"

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
	next := r.demonstrations()
	all := t.Config.Tokens + t.Config.CopySteps*t.Config.CopyTokens
	task := r.out.Begin("sft", "k tokens", all/1000, r.sftTokens(t)/1000)
	var shown sftLine
	err = loop{
		at:   func() int { return t.Progress.Steps },
		done: t.Done,
		step: func(context.Context) error {
			figures, err := t.Step(next)
			if err != nil {
				return err
			}
			if err := r.recordSFT(t, figures); err != nil {
				return err
			}
			shown.add(figures)
			task.Update(r.sftTokens(t)/1000, "%s", &shown)
			return nil
		},
		every: r.config.Save.SFTEvery,
		save:  func() error { return r.checkpointSFT(t) },
	}.run(ctx)
	if err != nil {
		return err
	}
	task.End()
	if shown.measured && shown.arguments < .6 {
		r.out.Printf("note: only %.0f %% of the tokens of arguments are predicted after imitation: the model has not learned to copy; give it more sft.tokens, or model.init=copy", 100*shown.arguments)
	}
	r.state.Trainer = nil
	if err := r.imitated(); err != nil {
		return err
	}
	return r.checkpoint("eval-sft", nil)
}

// recordSFT adds a step to the line of metrics.jsonl that is being gathered, and
// writes that when it is due.
func (r *run) recordSFT(t *sft.Trainer, figures *sft.Report) error {
	r.state.Window.add(figures)
	if t.Progress.Steps%r.config.Save.LogEvery != 0 && !t.Done() {
		return nil
	}
	line := r.state.Window.record(t.Progress.Steps, figures)
	r.state.Window = window{}
	return r.metrics.Write(line)
}

// sftTokens is how far imitation is, strings to copy first included.
func (r *run) sftTokens(t *sft.Trainer) int {
	return t.Progress.Tokens + min(t.Progress.Steps, t.Config.CopySteps)*t.Config.CopyTokens
}

// sftTrainer makes the trainer of the imitation, and restores it when the stage
// is resumed.
func (r *run) sftTrainer() (*sft.Trainer, error) {
	c := r.config.SFT
	t, err := sft.New(r.model, r.dev, sft.Config{
		Tokens: c.Tokens, Batch: c.Batch, MicroTokens: c.MicroTokens, LR: c.LR, Beta1: c.Beta1, Beta2: c.Beta2, WeightDecay: c.Decay,
		ClipNorm: c.ClipNorm, Warmup: c.Warmup, FinalLR: c.FinalLR,
		CopySteps: c.CopySteps, CopyTokens: c.CopyTokens, CopyWarmup: c.CopyWarmup, CopyEvery: c.CopyEvery,
		AccuracyEvery: r.config.Save.LogEvery,
	}, r.firstPlain(), rng.Derive(r.config.Seed, "sft"))
	if err != nil {
		return nil, err
	}
	return t, r.restoreTrainer(t.Restore)
}

// firstPlain is the first id past the special tokens.
func (r *run) firstPlain() int {
	n := int32(0)
	for r.tokenizer.IsSpecial(n) {
		n++
	}
	return int(n)
}

// checkpointSFT makes a checkpoint with the state of the imitation.
func (r *run) checkpointSFT(t *sft.Trainer) error {
	s, err := t.State()
	if err != nil {
		return err
	}
	r.state.Trainer = s.JSON
	return r.checkpoint(fmt.Sprintf("sft-%d", t.Progress.Steps), s.Tensors)
}

// demonstrations renders the demonstrations of the world.
func (r *run) demonstrations() sft.Source {
	limits := chat.Limits{Tokens: r.context()}
	return func(i int) (*sft.Example, error) {
		return sft.FromTrajectory(r.renderer, r.world.Demo(i).Trajectory, limits)
	}
}

// sftLine is what a person sees of imitation: the last step on demonstrations
// (on strings to copy before the first one), and how well arguments are
// predicted.
type sftLine struct {
	figures   sft.Report
	measured  bool
	arguments float64
}

func (l *sftLine) add(f *sft.Report) {
	if !f.Copying || l.figures.Copying || l.figures.Tokens == 0 {
		l.figures = *f
	}
	if f.Measured && !f.Copying {
		l.measured, l.arguments = true, f.Arguments
	}
}

func (l *sftLine) String() string {
	what := "loss"
	if l.figures.Copying {
		what = "copying: loss"
	}
	text := fmt.Sprintf("%s %.3f", what, l.figures.Loss)
	if l.measured {
		text += fmt.Sprintf("   arguments right %.0f %%", 100*l.arguments)
	}
	return text + fmt.Sprintf("   %.1f k tokens/s", l.figures.Rate/1e3)
}
