package ppo

import (
	"math"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/llama"
)

// logProbs returns the log-probability of every sampled token of a batch under
// a model, without gradients.
func (t *Trainer) logProbs(m *llama.Model, b *Batch) []float64 {
	out := make([]float64, b.Sampled())
	t.forward(b, func(p *packed) {
		h := m.ForwardRows(t.tape, p.ids, p.layout, p.rows)
		logp, _ := m.LogProbs(h, p.targets, 1/t.Config.Temperature)
		for k, j := range p.entries {
			out[j] = logp.Data().Buf.At(k)
		}
	})
	return out
}

// values returns the critic's value of every sampled token of a batch.
func (t *Trainer) values(b *Batch) []float64 {
	_, v := t.both(b, false)
	return v
}

// both returns the policy's log-probabilities, when they are wanted, and the
// critic's values, from one forward pass.
func (t *Trainer) both(b *Batch, wantLogp bool) (logp, values []float64) {
	logp, values = make([]float64, b.Sampled()), make([]float64, b.Sampled())
	t.forward(b, func(p *packed) {
		var h *autograd.Value
		if wantLogp || t.Critic.Kind != "separate" {
			h = t.Policy.ForwardRows(t.tape, p.ids, p.layout, p.rows)
		}
		if wantLogp {
			l, _ := t.Policy.LogProbs(h, p.targets, 1/t.Config.Temperature)
			for k, j := range p.entries {
				logp[j] = l.Data().Buf.At(k)
			}
		}
		v := t.Critic.values(t.tape, p, h, p.rows, true)
		for k, j := range p.entries {
			values[j] = v.Data().Buf.At(k)
		}
	})
	return logp, values
}

// valuesAt computes the values behind some rows of a forward pass.
func (t *Trainer) valuesAt(p *packed, rows []int32) *autograd.Value {
	var h *autograd.Value
	if t.Critic.Kind != "separate" {
		h = t.Policy.ForwardRows(t.tape, p.ids, p.layout, rows)
	}
	return t.Critic.values(t.tape, p, h, rows, true)
}

// valuesEverywhere fills the values of all tokens, observations too, which only
// the estimator "include" reads. Token 0 has no state before it: its value is 0.
func (t *Trainer) valuesEverywhere(b *Batch) {
	for i, e := range b.Episodes {
		n := e.last()
		if n < 0 {
			continue
		}
		p := b.pack([]int{i})
		rows := make([]int32, n)
		for k := range rows {
			rows[k] = int32(k)
		}
		t.tape.Reset()
		t.tape.NoGrad(func() {
			v := t.valuesAt(p, rows)
			for k := range rows {
				b.Rows[i].Value[k+1] = v.Data().Buf.At(k)
			}
		})
	}
}

// bootstrap fills the value behind the last sampled token of the episodes that
// were cut off.
func (t *Trainer) bootstrap(b *Batch) {
	for i, e := range b.Episodes {
		n := e.last()
		if !e.Truncated || n < 0 {
			continue
		}
		whole := *e
		whole.Tokens = append(append([]int32(nil), e.Tokens[:n+1]...), 0) // a token more, so that its state is computed
		whole.Turn = append(append([]int32(nil), e.Turn[:n+1]...), e.Turn[n])
		one := &Batch{Episodes: []*Episode{&whole}, start: []int{0, 1}, token: []int32{int32(n + 1)}}
		t.forward(one, func(p *packed) {
			b.Rows[i].Bootstrap = t.valuesAt(p, p.rows).Data().Buf.At(0)
		})
	}
}

// fullKL returns Σ_j p_j·(log p_j − log q_j) for every sampled token: the exact
// divergence of policy and reference instead of an estimate.
func (t *Trainer) fullKL(b *Batch) []float64 {
	out := make([]float64, b.Sampled())
	const rows = 64 // of logits at a time
	t.forward(b, func(p *packed) {
		hp := t.Policy.ForwardRows(t.tape, p.ids, p.layout, p.rows)
		t.Reference.with(func(ref *llama.Model) {
			hq := ref.ForwardRows(t.tape, p.ids, p.layout, p.rows)
			for lo := 0; lo < len(p.rows); lo += rows {
				n := min(rows, len(p.rows)-lo)
				logits := func(m *llama.Model, h *autograd.Value) []float64 {
					return m.Logits(t.tape.Constant(h.Data().Span(lo, lo+n))).Data().Floats()
				}
				zp, zq := logits(t.Policy, hp), logits(ref, hq)
				v := len(zp) / n
				for k := range n {
					logp := normalise(zp[k*v:(k+1)*v], 1/t.Config.Temperature)
					logq := normalise(zq[k*v:(k+1)*v], 1/t.Config.Temperature)
					out[p.entries[lo+k]] = FullKL(logp, logq)
				}
			}
		})
	})
	return out
}

// normalise turns logits into log-probabilities, in place.
func normalise(z []float64, invTemp float64) []float64 {
	top := math.Inf(-1)
	for j := range z {
		z[j] *= invTemp
		top = max(top, z[j])
	}
	sum := 0.0
	for _, x := range z {
		sum += math.Exp(x - top)
	}
	lse := top + math.Log(sum)
	for j := range z {
		z[j] -= lse
	}
	return z
}

// forward runs f on the pieces of a batch, without recording.
func (t *Trainer) forward(b *Batch, f func(p *packed)) {
	for _, piece := range b.micro(b.all(), t.Config.MicroTokens) {
		p := b.pack(piece)
		if len(p.rows) == 0 {
			continue
		}
		t.tape.Reset()
		t.tape.NoGrad(func() { f(p) })
	}
}
