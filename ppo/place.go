package ppo

import "fmt"

// Score is a reward that belongs to a step, put on one of its tokens.
type Score struct {
	Token int     // index of the token that receives it
	Value float64 // summed over the components of the step
}

// Place adds scores to the task rewards of a row. A score on a token that the
// policy did not sample is an error: most estimators would lose it silently.
func Place(r *Row, scores []Score) error {
	for _, s := range scores {
		switch {
		case s.Token < 0 || s.Token >= len(r.Turn):
			return fmt.Errorf("ppo: reward %g on token %d of a trajectory of %d tokens", s.Value, s.Token, len(r.Turn))
		case r.Turn[s.Token] < 0:
			return fmt.Errorf("ppo: reward %g on token %d, which the policy did not sample: put it on the last token of the step that earned it", s.Value, s.Token)
		}
	}
	for _, s := range scores {
		r.Task[s.Token] += s.Value
	}
	return nil
}

// PlaceSteps adds scores[k]·weight(k, n) to the last sampled token of step k,
// for the n = len(scores) steps of a row. A step without a sampled token whose
// weighted score is not 0 is an error.
func PlaceSteps(r *Row, scores []float64, weight StepWeight) error {
	end := make([]int, len(scores))
	for first, stop := range r.spans() {
		if k := int(r.Turn[first]); k < len(end) {
			end[k] = stop
		}
	}
	placed := make([]Score, 0, len(scores))
	for k, s := range scores {
		v := s * weight(k, len(scores))
		switch {
		case end[k] > 0:
			placed = append(placed, Score{end[k] - 1, v})
		case v != 0:
			return fmt.Errorf("ppo: step %d has the reward %g but no sampled token", k, v)
		}
	}
	return Place(r, placed)
}

// StepWeight is the factor of the score of step k of n (k from 0).
type StepWeight func(k, n int) float64

// Uniform gives every step the weight 1 (eq. 3 and 5 of the paper).
func Uniform(k, n int) float64 { return 1 }

// Released is the factor in the code that StepTool's authors released: n − 1 − k.
// The first step counts most and the last one, which carries IsSolved, not at
// all. It has no counterpart in the paper and is here to be compared with.
func Released(k, n int) float64 { return float64(n - 1 - k) }
