package released

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/tensor"
)

// Trainer carries out a plan batch by batch. Between two batches its state can
// be written and put back: see [Trainer.State].
type Trainer struct {
	Plan *Run
	Head *nn.Linear // the value head, [1, d] with bias
	Done int        // batches carried out

	trainer *trainer
}

// Learned is a row of a batch with what the update started from and aimed at.
type Learned struct {
	// Episode has one number for every token, 0 where a token is no action. Its
	// Group is the row's number in the file, its Turn says which score the
	// released trainer pays for a token: the one of the k-th run of action tokens
	// from the right is the k-th score from the right, whichever step it was.
	*ppo.Episode
	Paid []float64 // every score of the row as it is paid: with the factor n − 1 − k
}

// NewTrainer begins a plan on a model that has its adapters, with a fresh value
// head.
func NewTrainer(m *llama.Model, run *Run, seed uint64, dev kernels.Backend) *Trainer {
	p := newPolicy(m, dev)
	bound := 1 / math.Sqrt(float64(m.Config.HiddenSize)) // PyTorch's default
	nn.Uniform(p.head.W, rng.New(seed, "released", "head", "weight"), bound)
	nn.Uniform(p.head.Bias, rng.New(seed, "released", "head", "bias"), bound)
	return &Trainer{Plan: run, Head: p.head, trainer: newTrainer(run, p, dev)}
}

// Step carries out the next batch of the plan. checks are the tokens of its
// first minibatch, violations those whose ratio to the old policy was not
// exactly 1.
func (t *Trainer) Step() (b *Batch, rows []*Learned, checks, violations int, err error) {
	info := &t.Plan.Batches[t.Done]
	done, err := t.trainer.step(info)
	if err != nil {
		return nil, nil, 0, 0, fmt.Errorf("batch %d: %w", t.Done+1, err)
	}
	t.Done++
	for i, number := range info.Rows {
		rows = append(rows, learned(t.Plan.row(number), done, i))
	}
	for j, i := range t.Plan.PPO.minibatches(info.Permutations[0])[0] {
		for p, on := range done.mask[i] {
			if !on {
				continue
			}
			checks++
			if done.minibatchLogp[0][j][p] != done.old[i][p] {
				violations++
			}
		}
	}
	return info, rows, checks, violations, nil
}

func learned(row *Row, b *batch, i int) *Learned {
	n := len(b.ids[i])
	// Position p predicts token p+1; nothing predicts the first token.
	shift := func(x []float64) []float64 {
		out := make([]float64, n)
		for p, on := range b.mask[i][:n-1] {
			if on {
				out[p+1] = x[p]
			}
		}
		return out
	}
	l := &Learned{Episode: &ppo.Episode{
		Group: row.Row, Tokens: b.ids[i], Turn: make([]int32, n),
		OldLogProbs: shift(b.old[i]), OldValues: shift(b.values[i]), Advantages: shift(b.advantages[i]), Returns: shift(b.returns[i]),
	}}
	turn := len(row.Scores)
	for t := n - 1; t >= 0; t-- {
		switch {
		case t == 0 || !b.mask[i][t-1]:
			l.Turn[t] = -1
			continue
		case t == n-1 || l.Turn[t+1] < 0:
			turn--
		}
		l.Turn[t] = int32(turn)
	}
	for k, s := range row.Scores {
		l.Paid = append(l.Paid, s*float64(len(row.Scores)-1-k))
	}
	return l
}

// position is the part of a state that is not tensors.
type position struct {
	Done       int              `json:"done"`
	Controller ppo.KLController `json:"kl_controller"`
	AdamSteps  int              `json:"adam_steps"`
}

// State returns what a trainer of the same plan and model needs to go on: the
// adapters and the value head by their names in a recorded run, and Adam's
// moments ("adam.m.", "adam.v.").
func (t *Trainer) State() (ppo.State, error) {
	var s ppo.State
	for _, q := range t.trainer.policy.trained {
		s.Tensors = append(s.Tensors, ppo.Named{Name: t.trainer.policy.names[q], Data: q.Data})
	}
	adam := t.trainer.adam.State()
	for i, m := range adam.Tensors {
		s.Tensors = append(s.Tensors, ppo.Named{Name: t.moment(i, m.Name), Data: m.Data})
	}
	var err error
	s.JSON, err = json.Marshal(position{t.Done, t.trainer.controller, adam.Steps})
	return s, err
}

// moment names entry i of Adam's memory, which has two for every parameter.
func (t *Trainer) moment(i int, name string) string {
	kind, _, _ := strings.Cut(name, ".")
	return "adam." + kind + "." + t.trainer.policy.names[t.trainer.policy.trained[i/2]]
}

// Restore puts a state back. get returns a tensor of the state by name, nil
// when there is none. The trainer is not to be used when Restore fails.
func (t *Trainer) Restore(state json.RawMessage, get func(name string) *tensor.Tensor) error {
	var p position
	if err := json.Unmarshal(state, &p); err != nil {
		return fmt.Errorf("released: checkpoint: %w", err)
	}
	if p.Done < 0 || p.Done > len(t.Plan.Batches) {
		return fmt.Errorf("released: checkpoint: %d batches are done, the plan has %d: was it written with other settings?", p.Done, len(t.Plan.Batches))
	}
	for _, q := range t.trainer.policy.trained {
		if err := ppo.RestoreParam(q, t.trainer.policy.names[q], get); err != nil {
			return fmt.Errorf("released: %w", err)
		}
	}
	if err := ppo.RestoreOptimiser(t.trainer.adam, p.AdamSteps, t.moment, get); err != nil {
		return fmt.Errorf("released: %w", err)
	}
	t.Done, t.trainer.controller = p.Done, p.Controller
	return nil
}
