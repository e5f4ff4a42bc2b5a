package ppo

// TurnGAE is GAE over steps instead of tokens: a step u has the reward
// R_u = Σ r_t and the value V_u = V at its first token,
//
//	δ_u = R_u + γ·V_{u+1} − V_u      A_u = δ_u + γλ·A_{u+1}      G_u = A_u + V_u
//
// and all its tokens share A_u and G_u. The KL of a token either is part of
// R_u (KLInside, preset step: the literal form of the paper's eq. 4–7) or is
// added to the token's advantage after the recursion (preset turn: AReaL).
type TurnGAE struct {
	Factors
	KLInside bool
}

// Estimate writes the advantages and returns of a row.
func (g TurnGAE) Estimate(r *Row) {
	r.clear("TurnGAE")
	next, last := r.Bootstrap, 0.0
	for end := len(r.Turn); end > 0; {
		if r.Turn[end-1] < 0 {
			end--
			continue
		}
		first := end - 1
		for first > 0 && r.Turn[first-1] == r.Turn[first] {
			first--
		}
		sum := 0.0
		for t := first; t < end; t++ {
			if g.KLInside {
				sum += r.reward(t)
			} else {
				sum += r.Task[t]
			}
		}
		v := r.Value[first]
		last = sum + float64(g.Gamma*next) - v + float64(g.Gamma*g.Lambda*last)
		next = v
		for t := first; t < end; t++ {
			r.Advantage[t], r.Return[t] = last, last+v
			if !g.KLInside && r.KL != nil {
				r.Advantage[t] += r.KL[t]
			}
		}
		end = first
	}
}
