package chat

import (
	"fmt"

	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// Conversation is a prompt and the turns that followed.
type Conversation struct {
	System, User string
	Turns        []Turn
}

// Turn is an action and the observation that it led to. The observation of the
// last turn is not rendered: no action follows it.
type Turn struct{ Action, Observation string }

// Limits bound a rendered conversation; 0 means no limit.
type Limits struct {
	Tokens int // of the whole conversation
	Action int // of each action, end of turn included
}

// Rendered is a conversation as token ids.
type Rendered struct {
	IDs []int32
	// Actions are the spans [from, to) of the actions in IDs, one per kept turn.
	Actions [][2]int
	// StepOf gives for every id the turn whose action it belongs to, -1 outside
	// of actions. Turns are numbered as in the conversation, dropped ones included.
	StepOf    []int32
	PromptLen int
	// Dropped is how many turns were left out after the prompt to meet
	// Limits.Tokens. Their rewards are lost: callers report them.
	Dropped int
	// Cut is how many actions were longer than Limits.Action. They end without an
	// end-of-turn token, as an action does that runs into a limit when sampled.
	Cut int
}

// Render makes ids and spans of a conversation. When it is longer than
// limits.Tokens, whole turns are dropped from the front, never part of one and
// never the prompt; the last turn always stays, and if that alone is too long
// Render fails. It also fails where the tokenizer does ([tokenizer.PatternError]).
func (r *Renderer) Render(c Conversation, limits Limits) (out Rendered, err error) {
	defer tokenizer.Recover(&err)
	if len(c.Turns) == 0 {
		return Rendered{}, fmt.Errorf("chat: a conversation without turns has no action to render")
	}
	out = Rendered{IDs: r.PromptIDs(c.System, c.User)}
	out.PromptLen = len(out.IDs)
	actions := make([][]int32, len(c.Turns))
	between := make([][]int32, len(c.Turns)) // what follows action i
	total := out.PromptLen
	cut := make([]bool, len(c.Turns))
	for i, t := range c.Turns {
		actions[i] = r.ActionIDs(t.Action)
		if limits.Action > 0 && len(actions[i]) > limits.Action {
			actions[i], cut[i] = actions[i][:limits.Action], true
		}
		if i+1 < len(c.Turns) {
			between[i] = r.ObservationIDs(t.Observation)
		}
		total += len(actions[i]) + len(between[i])
	}
	for limits.Tokens > 0 && total > limits.Tokens {
		d := out.Dropped
		if d == len(c.Turns)-1 {
			return Rendered{}, fmt.Errorf("chat: prompt (%d tokens) and last action (%d) do not fit into %d tokens",
				out.PromptLen, len(actions[d]), limits.Tokens)
		}
		total -= len(actions[d]) + len(between[d])
		out.Dropped++
	}
	steps := func(n int, step int32) {
		for range n {
			out.StepOf = append(out.StepOf, step)
		}
	}
	steps(out.PromptLen, -1)
	for i := out.Dropped; i < len(c.Turns); i++ {
		from := len(out.IDs)
		out.IDs = append(out.IDs, actions[i]...)
		out.Actions = append(out.Actions, [2]int{from, len(out.IDs)})
		steps(len(actions[i]), int32(i))
		out.IDs = append(out.IDs, between[i]...)
		steps(len(between[i]), -1)
		if cut[i] {
			out.Cut++
		}
	}
	return out, nil
}
