package ppo

import (
	"encoding/json"
	"fmt"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/nn/optim"
	"github.com/stepgrain/stepgrain/tensor"
)

// State is all that a [Trainer] remembers between iterations: a run that is
// restored from it goes on with the same bits.
type State struct {
	Tensors []Named
	JSON    json.RawMessage // iteration, β, counters, steps of the optimisers
}

// Named is a tensor with its name. Tensors of a state are the trainer's own:
// write them before it goes on.
type Named struct {
	Name string
	Data *tensor.Tensor
}

type trainerState struct {
	Iteration   int          `json:"iteration"`
	Controller  KLController `json:"kl_controller"`
	Counters    Counters     `json:"counters"`
	PolicySteps int          `json:"policy_steps"`
	CriticSteps int          `json:"critic_steps"`
}

// State returns the trainer's state: the trained weights of the policy
// ("policy."), the critic ("value_head.", "critic."), the reference, where it
// is a copy ("reference."), and the moments of both optimisers ("policy.adamw."
// and "critic.adamw.").
func (t *Trainer) State() (State, error) {
	var s State
	for _, p := range t.stateParams() {
		s.Tensors = append(s.Tensors, Named{p.name, p.p.Data})
	}
	policy, critic := t.optimiser.State(), t.criticOptimiser.State()
	for _, m := range policy.Tensors {
		s.Tensors = append(s.Tensors, Named{"policy.adamw." + m.Name, m.Data})
	}
	for _, m := range critic.Tensors {
		s.Tensors = append(s.Tensors, Named{"critic.adamw." + m.Name, m.Data})
	}
	var err error
	s.JSON, err = json.Marshal(trainerState{t.Iteration, t.Controller, t.Counters, policy.Steps, critic.Steps})
	return s, err
}

// Restore puts a state back into a trainer made with the same configuration.
// get returns a tensor of the state by name, nil when there is none. The trainer
// is not to be used when Restore fails.
func (t *Trainer) Restore(state json.RawMessage, get func(name string) *tensor.Tensor) error {
	var s trainerState
	if err := json.Unmarshal(state, &s); err != nil {
		return fmt.Errorf("ppo: checkpoint: %w", err)
	}
	for _, p := range t.stateParams() {
		if err := RestoreParam(p.p, p.name, get); err != nil {
			return fmt.Errorf("ppo: %w", err)
		}
	}
	if err := RestoreOptimiser(t.optimiser, s.PolicySteps, Behind("policy.adamw."), get); err != nil {
		return fmt.Errorf("ppo: %w", err)
	}
	if err := RestoreOptimiser(t.criticOptimiser, s.CriticSteps, Behind("critic.adamw."), get); err != nil {
		return fmt.Errorf("ppo: %w", err)
	}
	t.Iteration, t.Controller, t.Counters = s.Iteration, s.Controller, s.Counters
	return nil
}

type namedParam struct {
	name string
	p    *autograd.Param
}

func (t *Trainer) stateParams() []namedParam {
	var list []namedParam
	for name, p := range nn.Params(t.Policy) {
		if p.Trainable {
			list = append(list, namedParam{"policy." + name, p})
		}
	}
	for _, p := range t.Critic.Params() {
		list = append(list, namedParam{p.Name, p})
	}
	if t.Reference != nil && t.Reference.copy != nil {
		for _, p := range nn.Params(t.Reference.copy) {
			list = append(list, namedParam{p.Name, p})
		}
	}
	return list
}

// RestoreParam puts a parameter's data back from the tensor of a state that has
// its name. get returns a tensor of the state by name, nil when there is none.
func RestoreParam(p *autograd.Param, name string, get func(string) *tensor.Tensor) error {
	from, err := fetch(name, p.Data, get)
	if err != nil {
		return err
	}
	tensor.Copy(p.Data.Buf, from.Buf)
	p.Changed()
	return nil
}

// RestoreOptimiser puts an optimiser's steps and moments back. name says how the
// state calls entry i of the optimiser's own state.
func RestoreOptimiser(o *optim.AdamW, steps int, name func(i int, own string) string, get func(string) *tensor.Tensor) error {
	s := o.State()
	s.Steps = steps
	for i, m := range s.Tensors {
		from, err := fetch(name(i, m.Name), m.Data, get)
		if err != nil {
			return err
		}
		s.Tensors[i].Data = from
	}
	return o.Restore(s)
}

// fetch returns a tensor of a state that takes the place of another.
func fetch(name string, like *tensor.Tensor, get func(string) *tensor.Tensor) (*tensor.Tensor, error) {
	from := get(name)
	switch {
	case from == nil:
		return nil, fmt.Errorf("checkpoint: no tensor %q: was it written with other settings?", name)
	case from.Len() != like.Len() || from.DType() != like.DType():
		return nil, fmt.Errorf("checkpoint: tensor %q is %s %v, the configuration asks for %s %v", name, from.DType(), from.Shape, like.DType(), like.Shape)
	}
	return from, nil
}

// Behind are names for [RestoreOptimiser]: the optimiser's own, behind a prefix.
func Behind(prefix string) func(int, string) string {
	return func(_ int, own string) string { return prefix + own }
}
