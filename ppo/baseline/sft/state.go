package sft

import (
	"encoding/json"
	"fmt"

	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/tensor"
)

type state struct {
	Progress
	OptimiserSteps int `json:"optimiser_steps"`
}

// State returns all that the trainer remembers between steps: the weights
// ("policy.") and the moments ("policy.adamw.").
func (t *Trainer) State() (ppo.State, error) {
	var s ppo.State
	for name, p := range nn.Params(t.Model) {
		if p.Trainable {
			s.Tensors = append(s.Tensors, ppo.Named{Name: "policy." + name, Data: p.Data})
		}
	}
	o := t.optimiser.State()
	for _, m := range o.Tensors {
		s.Tensors = append(s.Tensors, ppo.Named{Name: "policy.adamw." + m.Name, Data: m.Data})
	}
	var err error
	s.JSON, err = json.Marshal(state{t.Progress, o.Steps})
	return s, err
}

// Restore puts a state back into a trainer made with the same configuration.
// get returns a tensor of the state by name, nil when there is none.
func (t *Trainer) Restore(text json.RawMessage, get func(name string) *tensor.Tensor) error {
	var s state
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("sft: checkpoint: %w", err)
	}
	find := func(name string, like *tensor.Tensor) (*tensor.Tensor, error) {
		x := get(name)
		switch {
		case x == nil:
			return nil, fmt.Errorf("sft: checkpoint: no tensor %q: was it written with other settings?", name)
		case x.Len() != like.Len() || x.DType() != like.DType():
			return nil, fmt.Errorf("sft: checkpoint: tensor %q is %s %v, the configuration asks for %s %v", name, x.DType(), x.Shape, like.DType(), like.Shape)
		}
		return x, nil
	}
	for name, p := range nn.Params(t.Model) {
		if !p.Trainable {
			continue
		}
		x, err := find("policy."+name, p.Data)
		if err != nil {
			return err
		}
		tensor.Copy(p.Data.Buf, x.Buf)
		p.Changed()
	}
	o := t.optimiser.State()
	o.Steps = s.OptimiserSteps
	for i, m := range o.Tensors {
		x, err := find("policy.adamw."+m.Name, m.Data)
		if err != nil {
			return err
		}
		o.Tensors[i].Data = x
	}
	if err := t.optimiser.Restore(o); err != nil {
		return err
	}
	t.Progress = s.Progress
	return nil
}
