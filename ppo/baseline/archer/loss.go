package archer

import "fmt"

// Pairing says which Q a V head learns from.
type Pairing string

// Own: each V head follows the Q head of its number (the released code). Min:
// both follow the smaller Q (the paper).
const (
	Own Pairing = "own"
	Min Pairing = "min"
)

// Heads are the outputs of the two heads of one kind for a minibatch.
type Heads [2][]float64

// min returns the smaller estimate of every transition.
func (h Heads) min() []float64 {
	out := make([]float64, len(h[0]))
	for i, a := range h[0] {
		out[i] = min(a, h[1][i])
	}
	return out
}

// QTargets returns r + γ·(1 − done)·V̄(s') for each Q head; next are the target
// critic's values of the state after the transition.
func QTargets(reward []float64, done []bool, next Heads, gamma float64) Heads {
	var out Heads
	for h := range out {
		if len(next[h]) != len(reward) || len(done) != len(reward) {
			panic(fmt.Sprintf("archer: QTargets: %d rewards, %d ends, %d values", len(reward), len(done), len(next[h])))
		}
		out[h] = make([]float64, len(reward))
		for i, r := range reward {
			out[h][i] = r
			if !done[i] {
				out[h][i] += gamma * next[h][i]
			}
		}
	}
	return out
}

// VTargets returns what the V heads learn; q are the target critic's values of
// actions that the policy takes now.
func VTargets(q Heads, p Pairing) Heads {
	switch p {
	case Own:
		return q
	case Min:
		return Heads{q.min(), q.min()}
	}
	panic(fmt.Sprintf("archer: VTargets: no pairing is called %q", p))
}

// MSE returns the mean squared error of each head; its derivative in estimate i is
// 2·(x_i − target_i)/n.
func MSE(x, target Heads) [2]float64 {
	var out [2]float64
	for h := range out {
		for i, v := range x[h] {
			d := v - target[h][i]
			out[h] += d * d
		}
		out[h] /= float64(max(1, len(x[h])))
	}
	return out
}

// Advantages returns min(Q_1, Q_2) − min(V_1, V_2) of every transition.
func Advantages(q, v Heads) []float64 {
	a, base := q.min(), v.min()
	for i := range a {
		a[i] -= base[i]
	}
	return a
}

// ActorLoss returns −mean(A·Σ_t ℓ_t); its derivative in a log-probability of
// transition i is −A_i/n.
func ActorLoss(advantage []float64, logp [][]float64) float64 {
	loss := 0.0
	for i, row := range logp {
		sum := 0.0
		for _, l := range row {
			sum += l
		}
		loss -= advantage[i] * sum
	}
	return loss / float64(max(1, len(logp)))
}

// SoftUpdate moves target towards source: target ← τ·source + (1−τ)·target.
func SoftUpdate(target, source []float64, tau float64) {
	for i, s := range source {
		target[i] = tau*s + (1-tau)*target[i]
	}
}
