package ppo

import (
	"fmt"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/tensor"
)

// Critic estimates the return of a state. Three kinds:
//
//   - detached: a small network on the policy's last hidden state, through which
//     no gradient flows back. It cannot disturb the policy, and costs nothing to
//     train. The default of the embedded world.
//   - shared: one linear map on the same state whose gradient reaches the policy,
//     as in the released trainer.
//   - separate: a decoder of its own, which starts as a copy of the policy.
type Critic struct {
	Kind string

	head   *nn.MLP
	trunk  *llama.Model // separate: the critic's own decoder
	tape   *autograd.Tape
	buf    []float32
	states *tensor.Tensor // [n, d] detached: what the sampled tokens of a batch were valued from
}

// NewCritic returns a critic that says 0 everywhere, on a device.
func NewCritic(cfg CriticConfig, policy *llama.Model, dev kernels.Backend, seed uint64) (*Critic, error) {
	dt, d := policy.DType(), policy.Config.HiddenSize
	widths := []int{d, 1}
	if cfg.Kind == "detached" {
		widths = []int{d, cfg.Hidden, 1}
	}
	c := &Critic{Kind: cfg.Kind, head: nn.NewMLP(dt, rng.New(seed, "critic"), widths...), tape: autograd.NewTape(dev, dt)}
	nn.Name(c.head, "value_head.")
	if cfg.Kind == "separate" {
		var err error
		if c.trunk, err = clone(policy); err != nil {
			return nil, err
		}
		nn.Name(c.trunk, "critic.")
		nn.SetTrainable(c.trunk, true)
	}
	c.tape.SetRecording(false)
	return c, nil
}

// Head returns the map from hidden states to values, for checkpoints.
func (c *Critic) Head() *nn.MLP { return c.head }

// Params returns everything that learning to estimate trains: the head, and
// the decoder of a separate critic.
func (c *Critic) Params() []*autograd.Param {
	list := nn.List(c.head, false)
	if c.trunk != nil {
		list = append(list, nn.List(c.trunk, false)...)
	}
	return list
}

// values returns V [n, 1] of the states behind some rows. h are the policy's
// hidden states of these rows; frozen keeps the gradient of a shared head out of
// them.
func (c *Critic) values(t *autograd.Tape, p *packed, h *autograd.Value, rows []int32, frozen bool) *autograd.Value {
	switch {
	case c.Kind == "separate":
		h = c.trunk.ForwardRows(t, p.ids, p.layout, rows)
	case c.Kind == "detached" || frozen:
		h = h.Detach()
	}
	return c.head.Forward(h)
}

// keep remembers the states that a detached critic values sampled tokens from,
// so that it can go over them again without the decoder.
func (c *Critic) keep(b *Batch, p *packed, h *autograd.Value) {
	d := h.Shape()[1]
	if c.states == nil || c.states.Rows() != b.Sampled() {
		c.states = tensor.New(h.Data().DType(), b.Sampled(), d)
	}
	for k, j := range p.entries {
		tensor.Copy(c.states.Row(j), h.Data().Row(k))
	}
}

// Hook returns what an engine calls to value the states that it samples from,
// nil for a critic that does not read the policy's hidden states. Its values
// have the bits of the training forward.
func (c *Critic) Hook() func(h *tensor.Tensor) []float32 {
	if c.Kind == "separate" {
		return nil
	}
	return func(h *tensor.Tensor) []float32 {
		c.tape.Reset()
		v := c.head.Forward(c.tape.Constant(h)).Data()
		c.buf = c.buf[:0]
		for i := range v.Len() {
			c.buf = append(c.buf, float32(v.Buf.At(i)))
		}
		return c.buf
	}
}

// clone returns a model with copies of the weights. A model with adapters is
// its own reference and cannot be cloned.
func clone(m *llama.Model) (*llama.Model, error) {
	if m.HasAdapters() {
		return nil, fmt.Errorf("ppo: a model with adapters cannot be copied: merge them first, or use its own weights without adapters")
	}
	c, err := llama.New(m.Config, m.DType())
	if err != nil {
		return nil, err
	}
	from := nn.List(m, false)
	for i, p := range nn.List(c, false) {
		tensor.Copy(p.Data.Buf, from[i].Data.Buf)
		p.Compute = from[i].Compute
		p.Changed()
	}
	return c, nil
}
