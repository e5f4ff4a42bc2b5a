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
	for name, p := range nn.Params(t.Model) {
		if !p.Trainable {
			continue
		}
		if err := ppo.RestoreParam(p, "policy."+name, get); err != nil {
			return fmt.Errorf("sft: %w", err)
		}
	}
	if err := ppo.RestoreOptimiser(t.optimiser, s.OptimiserSteps, ppo.Behind("policy.adamw."), get); err != nil {
		return fmt.Errorf("sft: %w", err)
	}
	t.Progress = s.Progress
	return nil
}
