package episode

import (
	"encoding/json"

	"github.com/stepgrain/stepgrain/toolenv"
)

// From converts the record of a played episode. returns are the critic's
// targets of every token of the trajectory, nil when there are none.
func From(t *toolenv.Trajectory, stage string, iteration int, returns []float64) *Episode {
	e := &Episode{
		Stage: stage, Iteration: iteration, Task: t.Task.ID, Set: t.Task.Set, Kind: t.Task.Kind, Sample: t.Sample,
		Query: t.Task.Query, APIs: t.Task.Names(), Relevant: t.Task.Relevant, Answer: t.Task.Answer,
		Outcome: string(t.Outcome), Solved: t.Solved, Truncated: t.Truncated, Return: t.Return(),
		PromptLen: t.PromptLen, Tokens: t.Tokens, Turns: make([]Turn, len(t.Turns)),
	}
	for i := range t.Turns {
		u := &t.Turns[i]
		out := Turn{
			Span: u.Span, ObsSpan: u.ObsSpan, Action: u.Action, ParseError: u.ParseError, Status: int(u.Status), Failed: u.Failed,
			Observation: u.Observation, Milestone: u.Milestone, Rewards: []Reward{}, LogProbs: u.LogProbs, Values: u.Values, Advantages: u.Advantages,
		}
		if u.Call != nil {
			out.Call = &Call{Name: u.Call.Name, Args: arguments(u.Call.Args)}
		}
		for _, c := range u.Rewards {
			out.Rewards = append(out.Rewards, Reward{c.Name, c.Value, c.Source})
		}
		if returns != nil {
			for _, x := range returns[u.Span[0]:u.Span[1]] {
				out.Returns = append(out.Returns, float32(x))
			}
		}
		e.Turns[i] = out
	}
	return e
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
