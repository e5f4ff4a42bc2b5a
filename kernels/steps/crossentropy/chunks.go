package crossentropy

import "github.com/stepgrain/stepgrain/kernels"

// chunks runs f on an eighth of the rows after the other. z is memory for the
// logits of one piece.
func (p *Problem) chunks(f func(z []float32, lo, hi int)) {
	defer p.free()
	step := max(1, p.T/8)
	z := p.take(step * p.V)
	for lo := 0; lo < p.T; lo += step {
		hi := min(lo+step, p.T)
		f(z[:(hi-lo)*p.V], lo, hi)
	}
}

// recompute is v5: a forward pass that keeps only lse, and a backward pass that
// makes the logits again: 8·T·D·V multiplications and additions instead of 6.
// A loss that is known only when logp is, as that of PPO, has no other way.
func recompute(p *Problem) {
	p.chunks(func(z []float32, lo, hi int) {
		p.logits(z, lo, hi)
		p.Dev.LogProb(p.LogP.Slice(lo, hi), none, p.lse.Slice(lo, hi), kernels.Of(z), p.Targets[lo:hi], hi-lo, p.V, 1)
	})
	p.chunks(func(z []float32, lo, hi int) {
		p.logits(z, lo, hi)
		p.Dev.LogProbBackward(kernels.Of(z), p.lse.Slice(lo, hi), none, p.Targets[lo:hi], p.DLogP.Slice(lo, hi), none, hi-lo, p.V, 1)
		p.gradients(z, lo, hi)
	})
}

// forward is v6.
func forward(p *Problem) {
	p.chunks(func(z []float32, lo, hi int) {
		p.logits(z, lo, hi)
		p.Dev.CrossEntropy(p.LogP.Slice(lo, hi), kernels.Of(z), p.Targets[lo:hi], p.DLogP.Slice(lo, hi), hi-lo, p.V, 1)
		p.gradients(z, lo, hi)
	})
}
