package ppo

// EveryToken is the textbook recursion over all tokens, observations too, as
// several trainers run it. It is here to be compared with: credit for what
// happens after an observation of n tokens is multiplied by (γλ)^n.
//
// With Zero set, values and rewards of observation tokens count as 0 (OpenRLHF,
// TRL 0.x; the released StepTool trainer). Without, they are taken as they are,
// although the critic is never trained there (SkyRL, slime, ROLL). The end of
// the row is always terminal.
type EveryToken struct {
	Factors
	Zero bool
}

// Estimate writes the advantages and returns of a row.
func (g EveryToken) Estimate(r *Row) {
	r.clear("EveryToken")
	next, last := 0.0, 0.0
	for t := len(r.Turn) - 1; t >= 0; t-- {
		reward, value := r.reward(t), r.Value[t]
		sampled := r.Turn[t] >= 0
		if g.Zero && !sampled {
			reward, value = 0, 0
		}
		last = reward + float64(g.Gamma*next) - value + float64(g.Gamma*g.Lambda*last)
		next = value
		if sampled {
			r.Advantage[t], r.Return[t] = last, last+value
		}
	}
}
