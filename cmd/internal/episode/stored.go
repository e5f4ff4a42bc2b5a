package episode

import "github.com/stepgrain/stepgrain/ppo"

// FromStored converts a row of a file that was trained on.
func FromStored(e *ppo.Episode, row *ppo.StoredTrajectory, iteration int) *Episode {
	out := &Episode{Stage: "ppo", Iteration: iteration, Task: e.ID, Set: "data", Query: row.User, Outcome: "stored",
		APIs: []string{}, Relevant: []string{}, Tokens: e.Tokens, Truncated: e.Truncated, PromptLen: len(e.Tokens)}
	for t := 0; t < len(e.Turn); {
		step := e.Turn[t]
		if step < 0 {
			t++
			continue
		}
		first := t
		for t < len(e.Turn) && e.Turn[t] == step {
			t++
		}
		next := t
		for next < len(e.Turn) && e.Turn[next] < 0 {
			next++
		}
		if len(out.Turns) == 0 {
			out.PromptLen = first
		}
		turn := Turn{Span: [2]int{first, t}, ObsSpan: [2]int{t, next}, Action: row.Turns[step].Action, Observation: row.Turns[step].Observation,
			Milestone: -1, Rewards: []Reward{{"Step", row.Rewards[step], "file"}}}
		out.Return += row.Rewards[step]
		if e.LogProbs != nil {
			turn.LogProbs = floats(e.LogProbs[first:t])
		}
		if e.Advantages != nil {
			turn.Advantages, turn.Returns = floats(e.Advantages[first:t]), floats(e.Returns[first:t])
		}
		out.Turns = append(out.Turns, turn)
	}
	return out
}

func floats(x []float64) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}
