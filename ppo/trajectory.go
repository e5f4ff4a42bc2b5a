package ppo

import (
	"fmt"

	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
)

// FromTrajectory makes an episode of a trajectory that a [ModelPolicy] played
// and a shaper rewarded: the tokens as they were fed and sampled, and the sum of
// each turn's rewards on the last token of its action. The tokenizer (may be
// nil) tells what each token is for.
func FromTrajectory(tr *toolenv.Trajectory, tok *tokenizer.Tokenizer) (*Episode, error) {
	n := len(tr.Tokens)
	e := &Episode{
		ID:     fmt.Sprintf("%s/%d", tr.Task.ID, tr.Sample),
		Tokens: tr.Tokens, Turn: make([]int32, n), LogProbs: make([]float64, n),
		Truncated: tr.Truncated, Solved: tr.Solved, Calls: metrics.CountCalls(tr), Trajectory: tr,
	}
	if tok != nil {
		e.Role = make([]Role, n)
	}
	for t := range e.Turn {
		e.Turn[t] = -1
	}
	for k := range tr.Turns {
		turn := &tr.Turns[k]
		if err := e.addTurn(k, turn, tok); err != nil {
			return nil, err
		}
		for _, c := range turn.Rewards {
			e.addPart(c.Name, c.Value)
		}
		if r := turn.Reward(); r != 0 {
			e.Scores = append(e.Scores, Score{Token: turn.Span[1] - 1, Value: r})
		}
	}
	return e, e.Validate()
}

func (e *Episode) addTurn(k int, turn *toolenv.Turn, tok *tokenizer.Tokenizer) error {
	from, to := turn.Span[0], turn.Span[1]
	if from < 0 || to < from || to > len(e.Tokens) || len(turn.LogProbs) != to-from {
		return fmt.Errorf("ppo: episode %s: turn %d has the span %v of %d tokens and %d log-probabilities", e.ID, k, turn.Span, len(e.Tokens), len(turn.LogProbs))
	}
	if len(turn.Values) == to-from && to > from {
		if e.Values == nil {
			e.Values = make([]float64, len(e.Tokens))
		}
		for i, v := range turn.Values {
			e.Values[from+i] = float64(v)
		}
	}
	var pieces []string
	for i := from; i < to; i++ {
		e.Turn[i] = int32(k)
		e.LogProbs[i] = float64(turn.LogProbs[i-from])
		if tok != nil {
			pieces = append(pieces, string(tok.AppendBytes(nil, e.Tokens[i])))
		}
	}
	if tok != nil {
		copy(e.Role[from:to], Roles(pieces))
	}
	return nil
}

func (e *Episode) addPart(name string, value float64) {
	for i := range e.Parts {
		if e.Parts[i].Name == name {
			e.Parts[i].Value += value
			return
		}
	}
	e.Parts = append(e.Parts, Component{name, value})
}

// record writes the advantages back to the trajectory, for the record.
func (e *Episode) record() {
	if e.Trajectory == nil {
		return
	}
	for k := range e.Trajectory.Turns {
		turn := &e.Trajectory.Turns[k]
		turn.Advantages = turn.Advantages[:0]
		for i := turn.Span[0]; i < turn.Span[1]; i++ {
			turn.Advantages = append(turn.Advantages, float32(e.Advantages[i]))
		}
	}
}
