package ppo

import (
	"fmt"
	"iter"
)

// Row is one trajectory seen as its tokens t = 0…T−1: what the estimators of
// this package read, and where they write. All slices have length T.
//
// A token is sampled (an action token, m = 1) where Turn is not negative;
// prompt and observation tokens have Turn −1. Turns count upwards.
type Row struct {
	Turn  []int32   // the step a sampled token belongs to, −1 elsewhere
	Value []float64 // V_t, the critic's value of the state before token t
	Task  []float64 // rewards of the task, on sampled tokens (see [Place])
	KL    []float64 // −β·KL_t of every token; nil: no KL in the reward

	// Bootstrap is the value after the last token: 0 when the episode ended
	// (also when it ran out of its budget of calls), V of that state when it
	// was cut off by a limit of the implementation.
	Bootstrap float64

	Advantage []float64 // A_t, results; 0 where nothing was sampled
	Return    []float64 // G_t, the critic's target
}

// NewRow allocates a row for the given turns.
func NewRow(turn []int32) *Row {
	n := len(turn)
	f := make([]float64, 5*n)
	cut := func() []float64 { s := f[:n:n]; f = f[n:]; return s }
	return &Row{Turn: turn, Value: cut(), Task: cut(), KL: cut(), Advantage: cut(), Return: cut()}
}

// Sampled returns the number of sampled tokens.
func (r *Row) Sampled() int {
	n := 0
	for _, u := range r.Turn {
		if u >= 0 {
			n++
		}
	}
	return n
}

// Turns returns the number of steps with at least one sampled token.
func (r *Row) Turns() int {
	n := 0
	for range r.spans() {
		n++
	}
	return n
}

// reward is the task reward and the KL of token t together.
func (r *Row) reward(t int) float64 {
	if r.KL == nil {
		return r.Task[t]
	}
	return r.Task[t] + r.KL[t]
}

// spans yields the first token and the token behind the last one of every
// step, in order. A step's tokens lie side by side.
func (r *Row) spans() iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for t := 0; t < len(r.Turn); {
			if r.Turn[t] < 0 {
				t++
				continue
			}
			first := t
			for t < len(r.Turn) && r.Turn[t] == r.Turn[first] {
				t++
			}
			if !yield(first, t) {
				return
			}
		}
	}
}

// clear empties the results and checks the shapes.
func (r *Row) clear(op string) {
	r.check(op)
	clear(r.Advantage)
	clear(r.Return)
}

// check panics unless all slices are as long as Turn.
func (r *Row) check(op string) {
	n := len(r.Turn)
	if len(r.Value) != n || len(r.Task) != n || (r.KL != nil && len(r.KL) != n) || len(r.Advantage) != n || len(r.Return) != n {
		panic(fmt.Sprintf("ppo: %s: %d tokens with %d values, %d rewards, %d KL, %d advantages, %d returns",
			op, n, len(r.Value), len(r.Task), len(r.KL), len(r.Advantage), len(r.Return)))
	}
}
