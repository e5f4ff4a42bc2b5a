package sft

import (
	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/ppo"
)

// tally counts tokens and those that were the most probable.
type tally struct{ hits, n int }

func share(parts ...tally) float64 {
	hits, n := 0, 0
	for _, p := range parts {
		hits, n = hits+p.hits, n+p.n
	}
	return float64(hits) / float64(max(1, n))
}

// measure counts, by role, how many targets are the most probable token. h are
// the hidden states of p.rows.
func (t *Trainer) measure(h *autograd.Value, p *piece, out *[4]tally) {
	const rows = 256 // of logits at a time
	ids := make([]int32, rows)
	for lo := 0; lo < len(p.rows); lo += rows {
		hi := min(lo+rows, len(p.rows))
		z := t.Model.Logits(t.tape.Constant(h.Data().Span(lo, hi))).Data()
		t.dev.ArgMax(ids[:hi-lo], z.Buf, hi-lo, z.Cols())
		for i := lo; i < hi; i++ {
			role := ppo.Layout
			if p.role != nil {
				role = p.role[i]
			}
			out[role].n++
			if ids[i-lo] == p.targets[i] {
				out[role].hits++
			}
		}
	}
}

// CopyAccuracy returns the share of copied tokens that the model finds most
// probable in a batch of the copy task: the test of a copying initialisation.
func (t *Trainer) CopyAccuracy(b *llama.CopyBatch) float64 {
	var hits [4]tally
	t.tape.Reset()
	t.tape.NoGrad(func() {
		h := t.Model.ForwardRows(t.tape, b.IDs, b.Layout, b.Rows)
		t.measure(h, &piece{rows: b.Rows, targets: b.Targets}, &hits)
	})
	return share(hits[:]...)
}
