package episode

import (
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv"
)

// FromConversation makes an episode of texts and, per turn, a reward (nil: none
// are known). What texts do not say is read from them, as in FromStored; there are
// no tokens.
func FromConversation(id string, c chat.Conversation, rewards []float64) *Episode {
	e := &Episode{Task: id, Set: "data", Query: c.User, Outcome: "stored", APIs: offered(c.System), Relevant: []string{}, Turns: []Turn{}}
	for k, said := range c.Turns {
		t := Turn{Action: said.Action, Observation: said.Observation, Milestone: -1}
		if rewards != nil {
			t.Rewards = []Reward{{"Step", rewards[k], "file"}}
			e.Return += rewards[k]
		}
		t.judge(e.APIs)
		e.Turns = append(e.Turns, t)
	}
	return e
}

// Conversation is what was said, with the names of the functions on offer as the
// system text.
func (e *Episode) Conversation() chat.Conversation {
	c := chat.Conversation{System: toolenv.SystemPrompt(e.APIs), User: e.Query}
	for i := range e.Turns {
		c.Turns = append(c.Turns, chat.Turn{Action: e.Turns[i].Action, Observation: e.Turns[i].Observation})
	}
	return c
}

// StepRewards are the sums of the turns' rewards.
func (e *Episode) StepRewards() []float64 {
	out := make([]float64, len(e.Turns))
	for i := range e.Turns {
		for _, r := range e.Turns[i].Rewards {
			out[i] += r.Value
		}
	}
	return out
}
