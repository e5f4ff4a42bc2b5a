package episode

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/ppo"
)

// FromStored converts a row of a file that was learned from. What the file does
// not say is read from its texts: the functions on offer from the system text,
// calls and statuses from actions and observations.
func FromStored(e *ppo.Episode, row *ppo.StoredTrajectory, iteration int) *Episode {
	out := &Episode{Stage: "ppo", Iteration: iteration, Task: e.ID, Set: "data", Query: row.User, Outcome: "stored",
		APIs: offered(row.System), Relevant: []string{}, Tokens: e.Tokens, Truncated: e.Truncated, PromptLen: len(e.Tokens)}
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
		said := row.Turns[step]
		turn := Turn{Span: [2]int{first, t}, ObsSpan: [2]int{t, next}, Action: said.Action, Observation: said.Observation,
			Milestone: -1, Rewards: []Reward{{"Step", row.Rewards[step], "file"}}}
		turn.judge(out.APIs)
		turn.estimates(e)
		out.Return += row.Rewards[step]
		out.Turns = append(out.Turns, turn)
	}
	return out
}

// offered reads the functions on offer out of a system text, where they stand
// as a Python list; empty when there is none. Finish is left out.
func offered(system string) []string {
	const before = "access to the following APIs: "
	names := []string{}
	_, rest, _ := strings.Cut(system, before)
	line, _, _ := strings.Cut(rest, "\n")
	end := strings.LastIndexByte(line, ']')
	if end < 0 {
		return names
	}
	v, err := pyliteral.Parse(line[:end+1])
	if err != nil {
		return names
	}
	list, _ := v.(pyliteral.List)
	for _, x := range list {
		if d, ok := x.(pyliteral.Dict); ok { // a whole function
			x, _ = d.Get("name")
		}
		if name, ok := x.(string); ok && name != "Finish" {
			names = append(names, name)
		}
	}
	return names
}
