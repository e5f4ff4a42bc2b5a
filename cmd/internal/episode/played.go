package episode

import (
	"encoding/json"

	"github.com/stepgrain/stepgrain/ppo"
)

// From converts an episode that was played, rewarded and learned from.
func From(e *ppo.Episode, stage string, iteration int) *Episode {
	t := e.Trajectory
	out := &Episode{
		Stage: stage, Iteration: iteration, Task: t.Task.ID, Set: t.Task.Set, Kind: t.Task.Kind, Sample: t.Sample,
		Query: t.Task.Query, APIs: t.Task.Names(), Relevant: t.Task.Relevant, Answer: t.Task.Answer,
		Outcome: string(t.Outcome), Solved: t.Solved, Truncated: t.Truncated, Return: t.Return(),
		PromptLen: t.PromptLen, Tokens: t.Tokens, Turns: make([]Turn, len(t.Turns)),
	}
	for i := range t.Turns {
		u, status := &t.Turns[i], int(t.Turns[i].Status)
		turn := Turn{
			Span: u.Span, ObsSpan: u.ObsSpan, Action: u.Action, ParseError: u.ParseError, Status: &status, Failed: u.Failed,
			Observation: u.Observation, Milestone: u.Milestone, Rewards: []Reward{},
		}
		if u.Call != nil {
			turn.Call = &Call{Name: u.Call.Name, Args: arguments(u.Call.Args)}
		}
		for _, c := range u.Rewards {
			turn.Rewards = append(turn.Rewards, Reward{c.Name, c.Value, c.Source})
		}
		turn.estimates(e)
		out.Turns[i] = turn
	}
	return out
}

// estimates fills what the trainer knew of the tokens of a turn.
func (t *Turn) estimates(e *ppo.Episode) {
	cut := func(x []float64) []float32 {
		if x == nil {
			return nil
		}
		out := make([]float32, 0, t.Span[1]-t.Span[0])
		for _, v := range x[t.Span[0]:t.Span[1]] {
			out = append(out, float32(v))
		}
		return out
	}
	t.LogProbs, t.Values = cut(e.OldLogProbs), cut(e.OldValues)
	t.Advantages, t.Returns = cut(e.Advantages), cut(e.Returns)
}

// arguments returns what the model wrote as JSON: as it is when it is JSON, as
// a text otherwise.
func arguments(raw json.RawMessage) json.RawMessage {
	if json.Valid(raw) {
		return raw
	}
	text, err := json.Marshal(string(raw))
	if err != nil {
		panic(err) // a string always encodes
	}
	return text
}
