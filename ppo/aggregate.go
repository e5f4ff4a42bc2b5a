package ppo

import (
	"fmt"
	"strings"
)

// Aggregation says how the losses of tokens become one number: as a weighted
// sum whose weights depend on the shape of the minibatch alone. N is the number
// of sampled tokens, S of sequences with any, U of steps; n and m are the
// sampled tokens of the token's sequence and of its step.
//
//	token-mean           1/N         every token counts the same
//	token-sum            1
//	seq-mean-token-sum   1/S         long episodes count more
//	seq-mean-token-mean  1/(S·n)     every episode counts the same (GRPO)
//	turn-mean            1/(U·m)     every step counts the same, whatever its length
//	constant             1/(S·H)     a fixed horizon H instead of n (Dr. GRPO)
type Aggregation string

// The aggregations.
const (
	TokenMean        Aggregation = "token-mean"
	TokenSum         Aggregation = "token-sum"
	SeqMeanTokenSum  Aggregation = "seq-mean-token-sum"
	SeqMeanTokenMean Aggregation = "seq-mean-token-mean"
	TurnMean         Aggregation = "turn-mean"
	Constant         Aggregation = "constant"
)

var aggregations = []Aggregation{TokenMean, TokenSum, SeqMeanTokenSum, SeqMeanTokenMean, TurnMean, Constant}

// Validate reports an unknown name.
func (a Aggregation) Validate() error {
	var names []string
	for _, b := range aggregations {
		if a == b {
			return nil
		}
		names = append(names, string(b))
	}
	return fmt.Errorf("ppo: no aggregation is called %q (%s)", a, strings.Join(names, ", "))
}

// Weights returns the weight of every sampled token of a minibatch, sequence
// by sequence and in order. turns[i] holds the step of each sampled token of
// sequence i. horizon is read by [Constant] alone.
func (a Aggregation) Weights(turns [][]int32, horizon float64) []float64 {
	tokens, sequences, steps := 0, 0, 0
	for _, row := range turns {
		tokens += len(row)
		if len(row) > 0 {
			sequences++
		}
		for t := range row {
			if t == 0 || row[t] != row[t-1] {
				steps++
			}
		}
	}
	w := make([]float64, 0, tokens)
	for _, row := range turns {
		for t := 0; t < len(row); {
			size := 1
			for t+size < len(row) && row[t+size] == row[t] {
				size++
			}
			x := a.weight(tokens, sequences, steps, len(row), size, horizon)
			for range size {
				w = append(w, x)
			}
			t += size
		}
	}
	return w
}

func (a Aggregation) weight(N, S, U, n, m int, H float64) float64 {
	switch a {
	case TokenMean:
		return 1 / float64(N)
	case TokenSum:
		return 1
	case SeqMeanTokenSum:
		return 1 / float64(S)
	case SeqMeanTokenMean:
		return 1 / float64(S*n)
	case TurnMean:
		return 1 / float64(U*m)
	case Constant:
		return 1 / (float64(S) * H)
	}
	panic(fmt.Sprintf("ppo: Aggregation.Weights: no aggregation is called %q", a))
}
