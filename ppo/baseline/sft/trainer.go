package sft

import (
	"fmt"
	"math"
	"time"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/nn/optim"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/tensor"
)

// Trainer imitates demonstrations.
type Trainer struct {
	Config Config
	Seed   uint64
	Model  *llama.Model
	// Copy makes the strings to copy.
	Copy llama.CopyTask

	Progress Progress

	dev       kernels.Backend
	tape      *autograd.Tape
	optimiser *optim.AdamW
}

// Progress is how far a run is.
type Progress struct {
	Steps    int   `json:"steps"`    // done
	Examples int   `json:"examples"` // consumed: the next one's index
	Tokens   int   `json:"tokens"`   // of demonstrations, so far
	Copied   int64 `json:"copied"`   // tokens of copy batches, so far
}

// Source gives example i; each is asked for once, in order.
type Source func(i int) (*Example, error)

// New returns a trainer of a model. firstPlain is the first token id that is not
// special: what is copied is drawn from there on.
func New(m *llama.Model, dev kernels.Backend, cfg Config, firstPlain int, seed uint64) (*Trainer, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	t := &Trainer{Config: cfg, Seed: seed, Model: m, dev: dev, tape: autograd.NewTape(dev, m.DType()),
		Copy: llama.NewCopyTask(firstPlain, m.Config.VocabSize)}
	t.optimiser = optim.NewAdamW(dev, nn.List(m, true), cfg.Beta1, cfg.Beta2, 1e-8, cfg.WeightDecay)
	return t, nil
}

// Done reports whether all tokens were trained on.
func (t *Trainer) Done() bool { return t.Progress.Tokens >= t.Config.Tokens }

// Report are the figures of one step.
type Report struct {
	Step     int     `json:"step"` // from 0
	Copying  bool    `json:"copying"`
	Tokens   int     `json:"tokens"` // of the step
	Loss     float64 `json:"loss"`   // nats per imitated token
	LR       float64 `json:"lr"`
	GradNorm float64 `json:"grad_norm"`

	// Teacher-forced accuracy: the share of tokens that are the most probable
	// ones, measured every AccuracyEvery steps, before the update.
	Measured  bool    `json:"measured"`
	Accuracy  float64 `json:"accuracy"`
	Names     float64 `json:"accuracy_tool"`
	Arguments float64 `json:"accuracy_arguments"` // of calls and answers

	Seconds float64 `json:"seconds"`
	Rate    float64 `json:"tokens_per_second"`
}

// Step trains on the next batch.
func (t *Trainer) Step(next Source) (*Report, error) {
	begin := time.Now()
	r := &Report{Step: t.Progress.Steps, Copying: t.Config.copying(t.Progress.Steps), LR: t.Config.lr(t.Progress.Steps, t.Progress.Tokens)}
	every := t.Config.AccuracyEvery
	r.Measured = every > 0 && t.Progress.Steps%every == 0

	var pieces []*piece
	if r.Copying {
		b := t.Copy.Batch(rng.New(t.Seed, "copy", t.Progress.Steps), t.Config.CopyTokens)
		pieces = []*piece{{ids: b.IDs, layout: b.Layout, rows: b.Rows, targets: b.Targets}}
		t.Progress.Copied += int64(len(b.IDs))
	} else {
		examples, err := t.take(next)
		if err != nil {
			return nil, err
		}
		pieces = pack(examples, t.Config.MicroTokens)
	}
	n := 0
	for _, p := range pieces {
		n += len(p.rows)
		r.Tokens += len(p.ids)
	}
	if n == 0 {
		return nil, fmt.Errorf("sft: step %d: a batch of %d tokens without one to imitate", r.Step, r.Tokens)
	}
	var hits [4]tally
	for _, p := range pieces {
		r.Loss += t.learn(p, 1/float64(n), r.Measured, &hits)
	}
	norm, scale := optim.ClipGradNorm(t.dev, t.optimiser.Params(), t.Config.ClipNorm)
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		return nil, fmt.Errorf("sft: step %d: the norm of the gradient is %g, the loss %g: try a smaller learning rate than %g", r.Step+1, norm, r.Loss, t.Config.LR)
	}
	t.optimiser.Step(r.LR, scale)
	t.optimiser.ZeroGrad()
	r.GradNorm = norm

	t.Progress.Steps++
	r.Accuracy = share(hits[:]...)
	r.Names = share(hits[ppo.ToolName])
	r.Arguments = share(hits[ppo.Arguments], hits[ppo.Answer])
	r.Seconds = time.Since(begin).Seconds()
	r.Rate = float64(r.Tokens) / max(r.Seconds, 1e-9)
	return r, nil
}

// take asks for examples until there are enough tokens for a step.
func (t *Trainer) take(next Source) ([]*Example, error) {
	var list []*Example
	for n := 0; n < t.Config.Batch && !t.Done(); {
		e, err := next(t.Progress.Examples)
		if err != nil {
			return nil, fmt.Errorf("sft: example %d: %w", t.Progress.Examples, err)
		}
		if err := e.Validate(); err != nil {
			return nil, err
		}
		if len(e.IDs) < 2 {
			return nil, fmt.Errorf("sft: example %d has %d tokens", t.Progress.Examples, len(e.IDs))
		}
		list = append(list, e)
		n += len(e.IDs)
		t.Progress.Examples++
		t.Progress.Tokens += len(e.IDs)
	}
	return list, nil
}

// learn adds the gradient of a piece and returns its share of the loss.
func (t *Trainer) learn(p *piece, weight float64, measure bool, hits *[4]tally) float64 {
	if len(p.rows) == 0 {
		return 0
	}
	t.tape.Reset()
	h := t.Model.ForwardRows(t.tape, p.ids, p.layout, p.rows)
	logp, _ := t.Model.LogProbs(h, p.targets, 1)
	if measure {
		t.tape.NoGrad(func() { t.measure(h, p, hits) })
	}
	loss, grad := 0.0, make([]float64, len(p.rows))
	for i := range grad {
		loss -= weight * logp.Data().Buf.At(i)
		grad[i] = -weight
	}
	t.tape.Backward(autograd.Seed{V: logp, Grad: grad})
	return loss
}

// piece is the input of one forward pass.
type piece struct {
	ids           []int32
	layout        *tensor.Ragged
	rows, targets []int32
	role          []ppo.Role
}

// pack lays examples end to end, in pieces of at most so many tokens.
func pack(examples []*Example, tokens int) []*piece {
	var out []*piece
	var lens []int
	flush := func() {
		if len(lens) > 0 {
			out[len(out)-1].layout = tensor.NewRagged(lens...)
			lens = nil
		}
	}
	for _, e := range examples {
		if len(lens) == 0 || len(out[len(out)-1].ids)+len(e.IDs) > tokens {
			flush()
			out = append(out, new(piece))
		}
		p := out[len(out)-1]
		base := int32(len(p.ids))
		p.ids = append(p.ids, e.IDs...)
		lens = append(lens, len(e.IDs))
		for k, on := range e.Loss {
			if !on {
				continue
			}
			p.rows, p.targets = append(p.rows, base+int32(k)-1), append(p.targets, e.IDs[k])
			role := ppo.Layout
			if e.Role != nil {
				role = e.Role[k]
			}
			p.role = append(p.role, role)
		}
	}
	flush()
	return out
}
