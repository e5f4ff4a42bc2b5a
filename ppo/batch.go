package ppo

import (
	"fmt"

	"github.com/stepgrain/stepgrain/tensor"
)

// Batch is the episodes of one iteration, packed: what is known of the sampled
// tokens lies side by side, episode after episode, so that the losses are plain
// loops. Numbers are nats and rewards in float64.
type Batch struct {
	Episodes []*Episode
	Rows     []*Row // one per episode, what the estimators read and write

	// One entry per sampled token.
	Old       []float64 // log-probability under the policy that starts the update
	Ref       []float64 // … under the reference; nil without KL
	KL        []float64 // estimate that is paid for in the reward; nil without
	Value     []float64 // critic's value when the update starts
	Advantage []float64 // whitened
	Return    []float64

	start []int   // first entry of each episode, and behind the last
	token []int32 // index of the entry's token in its episode
}

// Pack checks episodes and places their rewards. Episodes in which nothing was
// sampled are kept; they add nothing.
func Pack(episodes []*Episode) (*Batch, error) {
	b := &Batch{Episodes: episodes, start: []int{0}}
	for _, e := range episodes {
		if err := e.Validate(); err != nil {
			return nil, err
		}
		row := NewRow(e.Turn)
		if err := Place(row, e.Scores); err != nil {
			return nil, fmt.Errorf("episode %s: %w", e.ID, err)
		}
		b.Rows = append(b.Rows, row)
		for t, u := range e.Turn {
			if u >= 0 {
				b.token = append(b.token, int32(t))
			}
		}
		b.start = append(b.start, len(b.token))
	}
	return b, nil
}

// Sampled returns the number of sampled tokens.
func (b *Batch) Sampled() int { return len(b.token) }

// Tokens returns the number of tokens of all episodes.
func (b *Batch) Tokens() int {
	n := 0
	for _, e := range b.Episodes {
		n += len(e.Tokens)
	}
	return n
}

// gather collects what every sampled token has in the slices that get names.
func (b *Batch) gather(get func(i int) []float64) []float64 {
	out := make([]float64, len(b.token))
	for i := range b.Episodes {
		x := get(i)
		for j := b.start[i]; j < b.start[i+1]; j++ {
			out[j] = x[b.token[j]]
		}
	}
	return out
}

// scatter is the reverse of gather.
func (b *Batch) scatter(x []float64, put func(i int) []float64) {
	for i := range b.Episodes {
		out := put(i)
		for j := b.start[i]; j < b.start[i+1]; j++ {
			out[b.token[j]] = x[j]
		}
	}
}

// turns returns the steps of the sampled tokens of some episodes.
func (b *Batch) turns(episodes []int) [][]int32 {
	out := make([][]int32, len(episodes))
	for k, i := range episodes {
		for j := b.start[i]; j < b.start[i+1]; j++ {
			out[k] = append(out[k], b.Episodes[i].Turn[b.token[j]])
		}
	}
	return out
}

// packed is the input of one forward pass: some episodes laid end to end, and
// the rows of its hidden states that predict something.
type packed struct {
	ids     []int32
	layout  *tensor.Ragged
	rows    []int32 // hidden row that predicts the sampled token
	targets []int32 // its id
	entries []int   // its entry in the batch
}

// take returns what a batch has for the predicted tokens.
func (p *packed) take(x []float64) []float64 {
	out := make([]float64, len(p.entries))
	for k, j := range p.entries {
		out[k] = x[j]
	}
	return out
}

// pack lays out episodes for a forward pass that predicts their sampled tokens.
// What follows the last sampled token is left out: nothing depends on it.
func (b *Batch) pack(episodes []int) *packed {
	p := &packed{}
	var lens []int
	for _, i := range episodes {
		e := b.Episodes[i]
		n := e.last()
		if n < 0 {
			continue
		}
		base := int32(len(p.ids))
		p.ids = append(p.ids, e.Tokens[:n]...)
		lens = append(lens, n)
		for j := b.start[i]; j < b.start[i+1]; j++ {
			t := b.token[j]
			p.rows = append(p.rows, base+t-1)
			p.targets = append(p.targets, e.Tokens[t])
			p.entries = append(p.entries, j)
		}
	}
	p.layout = tensor.NewRagged(lens...)
	return p
}

// micro cuts a list of episodes into pieces of at most so many tokens (an
// episode that is longer makes a piece of its own).
func (b *Batch) micro(episodes []int, tokens int) [][]int {
	var pieces [][]int
	n := 0
	for _, i := range episodes {
		size := len(b.Episodes[i].Tokens)
		if n == 0 || n+size > tokens {
			pieces = append(pieces, nil)
			n = 0
		}
		pieces[len(pieces)-1] = append(pieces[len(pieces)-1], i)
		n += size
	}
	return pieces
}

// all lists all episodes.
func (b *Batch) all() []int {
	list := make([]int, len(b.Episodes))
	for i := range list {
		list[i] = i
	}
	return list
}
