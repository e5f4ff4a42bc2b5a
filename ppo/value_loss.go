package ppo

import "fmt"

// ValueLoss is the critic's loss of one token,
//
//	½·max( (V − G)², (V' − G)² )      V' = clip(V, V_old − Clip, V_old + Clip)
//
// so that a value moves away from the old one only as long as it gets worse
// by more than Clip. Clip 0: the plain squared error.
type ValueLoss struct{ Clip float64 }

// Token returns the loss of one token, its derivative in value, and whether
// the clipped term is the larger one.
func (l ValueLoss) Token(value, old, target float64) (loss, grad float64, clipped bool) {
	d := value - target
	loss, grad = .5*d*d, d
	if l.Clip > 0 {
		c := min(max(value, old-l.Clip), old+l.Clip) - target
		if .5*c*c > loss {
			return .5 * c * c, 0, true
		}
	}
	return loss, grad, false
}

// ValueStats are figures of the tokens of a minibatch.
type ValueStats struct {
	Tokens       int
	Loss         float64 // Σ weight·loss
	Error        float64 // mean (V − G)²
	ClipFraction float64
}

// Evaluate computes Σ weight·loss over the tokens of a minibatch and writes its
// derivative in value to grad. Token losses go to loss, unless it is nil.
func (l ValueLoss) Evaluate(grad, loss, value, old, target, weight []float64) ValueStats {
	n := len(value)
	if len(old) != n || len(target) != n || len(weight) != n || len(grad) != n {
		panic(fmt.Sprintf("ppo: ValueLoss.Evaluate: %d values, %d old, %d targets, %d weights, %d gradients",
			n, len(old), len(target), len(weight), len(grad)))
	}
	s := ValueStats{Tokens: n}
	for t := range n {
		x, g, clipped := l.Token(value[t], old[t], target[t])
		s.Loss += weight[t] * x
		grad[t] = weight[t] * g
		if loss != nil {
			loss[t] = x
		}
		s.Error += (value[t] - target[t]) * (value[t] - target[t])
		s.ClipFraction += indicator(clipped)
	}
	if n > 0 {
		s.Error /= float64(n)
		s.ClipFraction /= float64(n)
	}
	return s
}

// ExplainedVariance is 1 − mean (V − G)² / Var(G): 1 for a perfect critic, 0
// for one that always says the mean, negative below that. It is 0 when the
// returns do not vary.
func ExplainedVariance(meanSquaredError, varianceOfReturns float64) float64 {
	if varianceOfReturns <= 0 {
		return 0
	}
	return 1 - meanSquaredError/varianceOfReturns
}

// merge adds the figures of another part of the same minibatch.
func (s *ValueStats) merge(o ValueStats) {
	if o.Tokens == 0 {
		return
	}
	a := float64(s.Tokens) / float64(s.Tokens+o.Tokens)
	s.Error = a*s.Error + (1-a)*o.Error
	s.ClipFraction = a*s.ClipFraction + (1-a)*o.ClipFraction
	s.Tokens, s.Loss = s.Tokens+o.Tokens, s.Loss+o.Loss
}
