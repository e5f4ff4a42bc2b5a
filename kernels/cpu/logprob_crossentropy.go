package cpu

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// crossEntropy are the operands of CrossEntropy.
type crossEntropy struct {
	lp, zs, dl []float32
	targets    []int32
	V          int
	it         float32
}

// CrossEntropy is LogProb and its backward pass for a loss whose weights dlogp
// are known beforehand: it writes logp[t], with the bits of LogProb, and turns
// logits in place into
//
//	invTemp·dlogp·(1{j = target} − p_j)        p_j = e^(z_j − m) / Σ_i e^(z_i − m)
//
// The exponentials of the sum stay in the row and are scaled: one exponential
// for each logit where LogProb and LogProbBackward compute two, and the row
// comes from memory once. So the gradient differs from LogProbBackward's, which
// has e^(z_j − lse), in its last bits.
func (b *Backend) CrossEntropy(logp, logits kernels.Buffer, targets []int32, dlogp kernels.Buffer, T, V int, invTemp float64) {
	const op = "CrossEntropy"
	lp, dl := need(op, "logp", logp, T), need(op, "dlogp", dlogp, T)
	zs := need(op, "logits", logits, T*V)
	checkTargets(op, targets, T, V)
	it := float32(invTemp)
	shareRows(b, T, V, crossEntropy{lp, zs, dl, targets, V, it}, func(b *Backend, a *crossEntropy, _, lo, hi int) {
		lp, zs, dl, targets, V, it := a.lp, a.zs, a.dl, a.targets, a.V, a.it
		if lo = a.pairs(b.isa, lo, hi); lo == hi {
			return
		}
		m := maxScaled(b.isa, zs[lo*V:(lo+1)*V], it)
		for t := lo; t < hi; t++ {
			row, target := zs[t*V:(t+1)*V], targets[t]
			x, largest := row[target], m
			sum := expHere(b.isa, row, it, m, ahead(t, hi, V))
			if t+1 < hi { // while the last terms of this sum are added
				m = maxScaled(b.isa, zs[(t+1)*V:(t+2)*V], it)
			}
			own := float32(it * dl[t])
			scaleVec(b.isa, row, -own/sum)
			row[target] += own
			lp[t] = logProbOf(x, it, largest, math.Log(float64(sum)))
		}
	})
}
