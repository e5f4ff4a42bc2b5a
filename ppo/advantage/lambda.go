package advantage

import "math"

// VAPO returns a λ that grows with the length L of an episode, counted in
// tokens or steps (Yue et al. 2025): max(0, 1 − 1/(alpha·L)).
func VAPO(alpha float64, length int) float64 {
	return max(0, 1-1/(alpha*float64(length)))
}

// RelativeLambda returns the λ with which the first of length units sees the
// fraction q of the terminal signal, whatever the length: q^(1/(length−1)). An
// episode of one unit gets 1.
func RelativeLambda(q float64, length int) float64 {
	if length < 2 {
		return 1
	}
	return math.Pow(q, 1/float64(length-1))
}
