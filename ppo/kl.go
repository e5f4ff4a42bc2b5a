package ppo

import (
	"fmt"
	"math"
	"strings"
)

// KLKind names an estimate of the divergence KL(π‖π_ref) of one token from the
// log-probabilities of the sampled token, d = ℓ − ℓ_ref (Schulman 2020,
// "Approximating KL divergence"):
//
//	k1   d                unbiased, can be negative
//	abs  |d|
//	k2   d²/2             biased; as a loss its gradient is the right one on policy
//	k3   e^(−d) − 1 + d   unbiased and ≥ 0; as a loss its gradient is biased
//
// A trailing + (k1+, k3+) keeps the value and takes the gradient of k2
// (straight-through). In the reward k1 is the right choice; as a loss, k2: the
// gradient of k1 has mean zero.
type KLKind string

// The estimates. KLFull is the exact sum over the vocabulary, see [FullKL].
const (
	KL1         KLKind = "k1"
	KLAbs       KLKind = "abs"
	KL2         KLKind = "k2"
	KL3         KLKind = "k3"
	KL1Straight KLKind = "k1+"
	KL3Straight KLKind = "k3+"
	KLFull      KLKind = "full"
)

// KLEstimator estimates per token. Clamp, where positive, limits k3: its
// exponent to ±20 and its value to at most Clamp (10 in verl and OpenRLHF).
type KLEstimator struct {
	Kind  KLKind
	Clamp float64
}

// Validate reports an unknown kind.
func (e KLEstimator) Validate() error {
	switch e.Kind {
	case KL1, KLAbs, KL2, KL3, KL1Straight, KL3Straight:
		return nil
	}
	return fmt.Errorf("ppo: no estimate of the KL of a token is called %q (k1, abs, k2, k3, k1+, k3+)", e.Kind)
}

// Token returns the estimate and its derivative with respect to logp, all in
// nats.
func (e KLEstimator) Token(logp, ref float64) (value, grad float64) {
	d := logp - ref
	switch KLKind(strings.TrimSuffix(string(e.Kind), "+")) {
	case KL1:
		value, grad = d, 1
	case KLAbs:
		value, grad = math.Abs(d), sign(d)
	case KL2:
		value, grad = d*d/2, d
	case KL3:
		value, grad = e.k3(-d)
	default:
		panic(fmt.Sprintf("ppo: KLEstimator.Token: no estimate is called %q", e.Kind))
	}
	if strings.HasSuffix(string(e.Kind), "+") {
		grad = d
	}
	return value, grad
}

func (e KLEstimator) k3(x float64) (value, grad float64) {
	if e.Clamp > 0 && math.Abs(x) > 20 {
		x = math.Copysign(20, x)
		value = math.Exp(x) - 1 - x
	} else {
		value, grad = math.Exp(x)-1-x, 1-math.Exp(x)
	}
	if e.Clamp > 0 && value > e.Clamp {
		return e.Clamp, 0
	}
	return value, grad
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// FullKL returns Σ_j p_j·(log p_j − log q_j) ≥ 0 over a vocabulary, for
// normalised log-probabilities.
func FullKL(logp, logq []float64) float64 {
	if len(logp) != len(logq) {
		panic(fmt.Sprintf("ppo: FullKL: %d and %d log-probabilities", len(logp), len(logq)))
	}
	sum := 0.0
	for j, l := range logp {
		sum += math.Exp(l) * (l - logq[j])
	}
	return sum
}
