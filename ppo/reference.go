package ppo

import (
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
)

// Reference is the policy that the KL penalty holds on to: a frozen copy of the
// weights, or the policy's own weights with its adapters switched off, which
// needs no memory.
type Reference struct {
	policy *llama.Model
	copy   *llama.Model // nil: adapters off
}

// NewReference freezes the present policy. A policy with adapters is its own
// reference without them.
func NewReference(policy *llama.Model) (*Reference, error) {
	r := &Reference{policy: policy}
	if policy.HasAdapters() {
		return r, nil
	}
	var err error
	if r.copy, err = clone(policy); err != nil {
		return nil, err
	}
	nn.Name(r.copy, "reference.")
	nn.SetTrainable(r.copy, false)
	return r, nil
}

// with runs f on the reference model.
func (r *Reference) with(f func(m *llama.Model)) {
	if r.copy != nil {
		f(r.copy)
		return
	}
	r.policy.SetAdapters(false)
	defer r.policy.SetAdapters(true)
	f(r.policy)
}
