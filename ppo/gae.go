package ppo

// Factors are the discount γ and the trace λ from one token (or step) to the
// next. γ says what a later reward is worth; λ how far the advantage trusts
// rewards seen later rather than the critic (λ = 0: the critic alone).
type Factors struct{ Gamma, Lambda float64 }

// Trace is GAE (Schulman et al. 2016, eq. 16) over the tokens the policy
// sampled, and over nothing else:
//
//	δ_j = r_j + γ·V_{j+1} − V_j      A_j = δ_j + γλ·A_{j+1}      G_j = A_j + V_j
//
// j+1 is the next sampled token, however long the observation between. (γ, λ)
// are Within inside a step and Across where a step ends. The presets token
// (both equal), paper and step-trace are of this form. With it advantages do
// not depend on the length nor on the content of observations.
type Trace struct{ Within, Across Factors }

// Estimate writes the advantages and returns of a row: one pass from the last
// token to the first makes δ, A and G together.
func (g Trace) Estimate(r *Row) {
	r.check("Trace")
	turns := r.Turn
	n := len(turns)
	value, task, kl, advantage, returns := r.Value[:n], r.Task[:n], r.KL, r.Advantage[:n], r.Return[:n]
	within, across := g.Within.Gamma*g.Within.Lambda, g.Across.Gamma*g.Across.Lambda
	next, last := r.Bootstrap, 0.0
	turn := int32(-1) // of the sampled token to the right: none yet
	for t := n - 1; t >= 0; t-- {
		u := turns[t]
		if u < 0 {
			advantage[t], returns[t] = 0, 0
			continue
		}
		gamma, trace := g.Within.Gamma, within
		if u != turn {
			gamma, trace = g.Across.Gamma, across
		}
		reward, v := task[t], value[t]
		if kl != nil {
			reward += kl[t]
		}
		last = reward + float64(gamma*next) - v + float64(trace*last)
		advantage[t], returns[t] = last, last+v
		next, turn = v, u
	}
}
