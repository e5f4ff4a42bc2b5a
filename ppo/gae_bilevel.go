package ppo

// Bilevel is the two-level estimator of VAGEN: GAE over the last tokens
// e_1 < e_2 < … of the steps with Across gives every step an advantage Â_u,
//
//	Â_u = r_{e_u} + γ_h·V_{e_{u+1}} − V_{e_u} + γ_h λ_h·Â_{u+1}
//
// then the step's last reward becomes Â_u + V_{e_u}, and GAE with Within runs
// inside each step, which neither value nor trace leaves.
//
// The steps come from turn ids. (RAGEN takes tokens with a reward for ends of
// steps, so a step worth 0 merges into the next.)
type Bilevel struct{ Within, Across Factors }

// Estimate writes the advantages and returns of a row.
func (g Bilevel) Estimate(r *Row) {
	r.clear("Bilevel")
	next, last := r.Bootstrap, 0.0
	for t := len(r.Turn) - 1; t >= 0; {
		if r.Turn[t] < 0 {
			t--
			continue
		}
		e := t // the last token of its step
		last = r.reward(e) + float64(g.Across.Gamma*next) - r.Value[e] + float64(g.Across.Gamma*g.Across.Lambda*last)
		next = r.Value[e]

		value, low := 0.0, 0.0
		for ; t >= 0 && r.Turn[t] == r.Turn[e]; t-- {
			reward := r.reward(t)
			if t == e {
				reward = last + r.Value[e]
			}
			low = reward + float64(g.Within.Gamma*value) - r.Value[t] + float64(g.Within.Gamma*g.Within.Lambda*low)
			value = r.Value[t]
			r.Advantage[t], r.Return[t] = low, low+r.Value[t]
		}
	}
}
