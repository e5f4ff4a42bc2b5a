package advantage

import "github.com/stepgrain/stepgrain/ppo"

// Reinforce is REINFORCE++ (Hu 2025): the discounted return over the sampled
// tokens of an episode,
//
//	G_t = r_t + Gamma·G_{t+1}
//
// observations skipped, whitened over the batch. It needs no critic.
type Reinforce struct{ Gamma float64 }

// Estimate writes G_t to both Advantage and Return of the row.
func (g Reinforce) Estimate(r *ppo.Row) {
	ppo.Trace{
		Within: ppo.Factors{Gamma: g.Gamma, Lambda: 1},
		Across: ppo.Factors{Gamma: g.Gamma, Lambda: 1},
	}.Estimate(withoutValues(r))
}

// withoutValues is the row with a critic that always says 0, writing to the
// same results.
func withoutValues(r *ppo.Row) *ppo.Row {
	c := *r
	c.Value, c.Bootstrap = make([]float64, len(r.Turn)), 0
	return &c
}

// Broadcast gives every sampled token of row i the advantage a[i].
func Broadcast(rows []*ppo.Row, a []float64) {
	for i, r := range rows {
		for t, u := range r.Turn {
			r.Advantage[t] = 0
			if u >= 0 {
				r.Advantage[t] = a[i]
			}
		}
	}
}
