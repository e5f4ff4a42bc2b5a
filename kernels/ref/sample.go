package ref

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// Sample draws from softmax(invTemp·logits[t]) by inversion: ids[t] is the
// smallest j with
//
//	Σ_{i ≤ j} exp(invTemp·logits[t,i] − lse[t]) > u[t]
//
// for u[t] in [0, 1). When rounding leaves the whole sum at or below u[t], it is
// the last j with a probability above zero. lse is what LogProb gave.
func (Of[F]) Sample(ids []int32, zb, lb kernels.Buffer, u []float64, T, V int, invTemp float64) {
	logits, lse := slice[F]("Sample", "logits", zb, T*V), slice[F]("Sample", "lse", lb, T)
	ints("Sample", "ids", len(ids), T)
	ints("Sample", "numbers u", len(u), T)
	for t := range T {
		sum := 0.0
		for j := range V {
			p := math.Exp(invTemp*float64(logits[t*V+j]) - float64(lse[t]))
			if p > 0 {
				ids[t] = int32(j)
			}
			if sum += p; sum > u[t] {
				break
			}
		}
	}
}

// ArgMax writes the smallest index of the largest logit of each row [V].
func (Of[F]) ArgMax(ids []int32, zb kernels.Buffer, T, V int) {
	logits := slice[F]("ArgMax", "logits", zb, T*V)
	ints("ArgMax", "ids", len(ids), T)
	for t := range T {
		best := 0
		for j := range V {
			if logits[t*V+j] > logits[t*V+best] {
				best = j
			}
		}
		ids[t] = int32(best)
	}
}
