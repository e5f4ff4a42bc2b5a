package tensor

import "github.com/stepgrain/stepgrain/kernels"

// Ragged describes the token rows of a batch: sequences of different lengths
// laid end to end, without padding. Training, prompt processing and decoding
// all have this layout; decoding is a batch of sequences with one new token each.
type Ragged struct {
	Seqs []kernels.Seq // rows, positions and keys of each sequence
	Pos  []int32       // [T] position of every row inside its sequence
}

// NewRagged describes whole sequences of the given lengths, each from position
// 0, whose keys are the rows themselves: the batch of a training step.
func NewRagged(lens ...int) *Ragged {
	r := &Ragged{}
	row := int32(0)
	for _, n := range lens {
		r.Seqs = append(r.Seqs, kernels.Seq{Q0: row, Qn: int32(n), K0: row})
		for p := range int32(n) {
			r.Pos = append(r.Pos, p)
		}
		row += int32(n)
	}
	return r
}

// Rows returns T, the number of token rows.
func (r *Ragged) Rows() int { return len(r.Pos) }

// AddCached appends n new tokens of a sequence that already holds pos0 tokens
// in the given pages of a KV cache.
func (r *Ragged) AddCached(n, pos0 int, pages []int32) {
	r.Seqs = append(r.Seqs, kernels.Seq{
		Q0: int32(len(r.Pos)), Qn: int32(n), Pos0: int32(pos0), Pages: pages,
	})
	for i := range n {
		r.Pos = append(r.Pos, int32(pos0+i))
	}
}

// Reset empties the description and keeps its memory.
func (r *Ragged) Reset() { r.Seqs, r.Pos = r.Seqs[:0], r.Pos[:0] }
