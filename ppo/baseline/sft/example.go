package sft

import (
	"fmt"

	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Example is a conversation as token ids, with the tokens that are to be
// imitated.
type Example struct {
	IDs  []int32
	Loss []bool     // true: the token is imitated; never the first
	Role []ppo.Role // what a token is for; nil: unknown
}

// FromTrajectory renders a demonstration. Masked turns are shown and not
// imitated.
func FromTrajectory(r *chat.Renderer, tr *toolenv.Trajectory, limits chat.Limits) (*Example, error) {
	c := chat.Conversation{System: tr.System, User: tr.User}
	for _, t := range tr.Turns {
		c.Turns = append(c.Turns, chat.Turn{Action: t.Action, Observation: t.Observation})
	}
	x, err := r.Render(c, limits)
	if err != nil {
		return nil, fmt.Errorf("sft: %w", err)
	}
	e := &Example{IDs: x.IDs, Loss: make([]bool, len(x.IDs)), Role: make([]ppo.Role, len(x.IDs))}
	for k, span := range x.Actions {
		if tr.Turns[x.Dropped+k].Masked {
			continue
		}
		var pieces []string
		for t := span[0]; t < span[1]; t++ {
			e.Loss[t] = true
			pieces = append(pieces, string(r.AppendBytes(nil, x.IDs[t])))
		}
		copy(e.Role[span[0]:span[1]], ppo.Roles(pieces))
	}
	return e, nil
}

// Validate reports an example that cannot be trained on.
func (e *Example) Validate() error {
	switch {
	case len(e.Loss) != len(e.IDs) || (e.Role != nil && len(e.Role) != len(e.IDs)):
		return fmt.Errorf("sft: example of %d tokens with %d marks and %d roles", len(e.IDs), len(e.Loss), len(e.Role))
	case len(e.Loss) > 0 && e.Loss[0]:
		return fmt.Errorf("sft: the first token of an example is to be imitated: nothing predicts it")
	}
	return nil
}
