package dpo

import (
	"fmt"
	"math"
)

// Form is the shape of the loss as a function of the margin
// x = (π_c − π_r) − (ref_c − ref_r):
//
//	sigmoid  −(1−ε)·log σ(βx) − ε·log σ(−βx)     ε: LabelSmoothing
//	ipo      (x − 1/(2β))²                        Azar et al. 2023
type Form string

// The forms.
const (
	Sigmoid Form = "sigmoid"
	IPO     Form = "ipo"
)

// Loss is the loss of preference pairs.
type Loss struct {
	Form           Form
	Beta           float64
	LabelSmoothing float64
	ReferenceFree  bool // the reference counts as uniform
}

// Pair are summed log-probabilities of one pair, in nats.
type Pair struct {
	PolicyChosen, PolicyRejected       float64
	ReferenceChosen, ReferenceRejected float64
}

// Result is the loss of one pair. Grad is its derivative in PolicyChosen; the
// derivative in PolicyRejected is −Grad. The rewards are the implicit ones,
// β·(π − ref).
type Result struct {
	Loss, Grad                   float64
	ChosenReward, RejectedReward float64
}

// Pair evaluates one pair.
func (l Loss) Pair(p Pair) Result {
	if l.ReferenceFree {
		p.ReferenceChosen, p.ReferenceRejected = 0, 0
	}
	x := (p.PolicyChosen - p.PolicyRejected) - (p.ReferenceChosen - p.ReferenceRejected)
	r := Result{
		ChosenReward:   l.Beta * (p.PolicyChosen - p.ReferenceChosen),
		RejectedReward: l.Beta * (p.PolicyRejected - p.ReferenceRejected),
	}
	switch l.Form {
	case Sigmoid:
		e := l.LabelSmoothing
		r.Loss = softplus(-l.Beta*x)*(1-e) + softplus(l.Beta*x)*e
		r.Grad = l.Beta * (sigmoid(l.Beta*x)*e - sigmoid(-l.Beta*x)*(1-e))
	case IPO:
		d := x - 1/(2*l.Beta)
		r.Loss, r.Grad = d*d, 2*d
	default:
		panic(fmt.Sprintf("dpo: Loss.Pair: no form is called %q", l.Form))
	}
	return r
}

// Mean returns the mean loss and the share of pairs whose chosen response has
// the larger implicit reward.
func Mean(results []Result) (loss, accuracy float64) {
	for _, r := range results {
		loss += r.Loss
		if r.ChosenReward > r.RejectedReward {
			accuracy++
		}
	}
	n := float64(max(1, len(results)))
	return loss / n, accuracy / n
}

// softplus is log(1 + e^z) without overflow.
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

func sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}
