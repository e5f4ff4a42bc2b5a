package ref

import "github.com/stepgrain/stepgrain/kernels"

// CrossEntropy writes logp[t] and turns logits [T, V] in place into their
// gradient for a loss Σ_t dlogp[t]·logp[t]; see LogProb and LogProbBackward.
func (b Of[F]) CrossEntropy(pb, zb kernels.Buffer, targets []int32, db kernels.Buffer, T, V int, invTemp float64) {
	lse := kernels.Of(make([]F, T))
	slice[F]("CrossEntropy", "logp", pb, T)
	slice[F]("CrossEntropy", "dlogp", db, T)
	b.LogProb(pb, kernels.Buffer{}, lse, zb, targets, T, V, invTemp)
	b.LogProbBackward(zb, lse, kernels.Buffer{}, targets, db, kernels.Buffer{}, T, V, invTemp)
}
