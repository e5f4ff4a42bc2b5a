package ppo

import (
	"fmt"
	"math"
)

// PolicyLoss is the clipped surrogate of PPO (Schulman et al. 2017, eq. 7) for
// one token, with ρ = exp(ℓ − ℓ_old):
//
//	L = max( −A·ρ, −A·clip(ρ, 1 − ClipLow, 1 + ClipHigh) )
//
// DualClip c > 0 bounds it by −A·c where A < 0 (Ye et al. 2020). LogRatioClamp,
// where positive, limits ℓ − ℓ_old before the exponent. MaxRatio > 0 drops a
// minibatch whose mean ratio is larger.
type PolicyLoss struct {
	ClipLow, ClipHigh float64
	DualClip          float64
	LogRatioClamp     float64
	MaxRatio          float64
}

// TokenLoss is the loss of one token with its derivative in logp.
type TokenLoss struct {
	Loss, Grad, Ratio float64
	Clipped           bool // the clipped term is the larger one
	DualClipped       bool // the dual clip bounds the loss
}

// Token evaluates one token.
func (l PolicyLoss) Token(logp, old, advantage float64) TokenLoss {
	d, slope := logp-old, 1.0
	if c := l.LogRatioClamp; c > 0 && math.Abs(d) > c {
		d, slope = math.Copysign(c, d), 0
	}
	ratio := math.Exp(d)
	plain := -advantage * ratio
	clipped := -advantage * min(max(ratio, 1-l.ClipLow), 1+l.ClipHigh)

	x := TokenLoss{Loss: plain, Grad: plain * slope, Ratio: ratio}
	if clipped > plain {
		x.Loss, x.Grad, x.Clipped = clipped, 0, true
	}
	if bound := -advantage * l.DualClip; l.DualClip > 0 && advantage < 0 && x.Loss > bound {
		x.Loss, x.Grad, x.DualClipped = bound, 0, true
	}
	return x
}

// PolicyStats are figures of the tokens of a minibatch. Means are plain means
// over its tokens, whatever the aggregation.
type PolicyStats struct {
	Tokens                         int
	Loss                           float64 // Σ weight·L
	ClipFraction, DualClipFraction float64
	RatioMean, RatioMin, RatioMax  float64
	KL                             float64 // mean of ℓ_old − ℓ
	KLSquared                      float64 // mean of ½(ℓ − ℓ_old)², the "approximate KL"
	NotOne                         int     // tokens whose ratio is not exactly 1
	Skipped                        bool    // by MaxRatio: the loss and all gradients are 0
}

// Evaluate computes Σ weight·correction·L over the tokens of a minibatch and
// writes its derivative in logp to grad. correction (nil: ones) are the rollout
// weights, see [RolloutWeight]. grad may be nil. It also returns the loss of
// every token to loss, when that is not nil.
func (l PolicyLoss) Evaluate(grad, loss, logp, old, advantage, weight, correction []float64) PolicyStats {
	n := len(logp)
	if len(old) != n || len(advantage) != n || len(weight) != n || (correction != nil && len(correction) != n) {
		panic(fmt.Sprintf("ppo: PolicyLoss.Evaluate: %d log-probabilities, %d old, %d advantages, %d weights, %d corrections",
			n, len(old), len(advantage), len(weight), len(correction)))
	}
	s := PolicyStats{Tokens: n, RatioMin: math.Inf(1), RatioMax: math.Inf(-1)}
	for t := range n {
		x := l.Token(logp[t], old[t], advantage[t])
		if correction != nil {
			x.Loss *= correction[t]
			x.Grad *= correction[t]
		}
		s.Loss += weight[t] * x.Loss
		if grad != nil {
			grad[t] = weight[t] * x.Grad
		}
		if loss != nil {
			loss[t] = x.Loss
		}
		s.add(x, logp[t]-old[t], l.LogRatioClamp)
	}
	s.finish()
	if l.MaxRatio > 0 && s.RatioMean > l.MaxRatio {
		s.Loss, s.Skipped = 0, true
		clear(grad)
	}
	return s
}

func (s *PolicyStats) add(x TokenLoss, d, clamp float64) {
	s.ClipFraction += indicator(x.Clipped)
	s.DualClipFraction += indicator(x.DualClipped)
	s.RatioMean += x.Ratio
	s.RatioMin, s.RatioMax = min(s.RatioMin, x.Ratio), max(s.RatioMax, x.Ratio)
	s.KLSquared += .5 * d * d
	if clamp > 0 {
		d = min(max(d, -clamp), clamp)
	}
	s.KL -= d
	if x.Ratio != 1 {
		s.NotOne++
	}
}

func (s *PolicyStats) finish() {
	if s.Tokens == 0 {
		s.RatioMean, s.RatioMin, s.RatioMax = 1, 1, 1
		return
	}
	for _, x := range []*float64{&s.ClipFraction, &s.DualClipFraction, &s.RatioMean, &s.KL, &s.KLSquared} {
		*x /= float64(s.Tokens)
	}
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// RolloutWeight is the truncated importance weight of a token that another
// engine sampled with log-probability rollout: min(exp(clamp(old − rollout, ±20)),
// limit). It is a constant for the gradient. When sampling and training agree
// bit for bit, as here, it is 1.
func RolloutWeight(old, rollout, limit float64) float64 {
	return min(math.Exp(min(max(old-rollout, -20), 20)), limit)
}

// merge adds the figures of another part of the same minibatch.
func (s *PolicyStats) merge(o PolicyStats) {
	if s.Tokens == 0 {
		*s = o
		return
	}
	a := float64(s.Tokens) / float64(s.Tokens+o.Tokens)
	mix := func(x *float64, y float64) { *x = a**x + (1-a)*y }
	mix(&s.ClipFraction, o.ClipFraction)
	mix(&s.DualClipFraction, o.DualClipFraction)
	mix(&s.RatioMean, o.RatioMean)
	mix(&s.KL, o.KL)
	mix(&s.KLSquared, o.KLSquared)
	s.RatioMin, s.RatioMax = min(s.RatioMin, o.RatioMin), max(s.RatioMax, o.RatioMax)
	s.Tokens, s.Loss, s.NotOne = s.Tokens+o.Tokens, s.Loss+o.Loss, s.NotOne+o.NotOne
}
