package crossentropy

import "github.com/stepgrain/stepgrain/kernels"

var none kernels.Buffer

// vectors is v3: v2 with the vector kernels of a backend, one for the forward
// and one for the backward pass. As the second knows only lse, it computes
// p = e^(z − lse) anew.
func vectors(p *Problem) {
	defer p.free()
	z := p.take(p.T * p.V)
	p.logits(z, 0, p.T)
	p.Dev.LogProb(p.LogP, none, p.lse, kernels.Of(z), p.Targets, p.T, p.V, 1)
	p.Dev.LogProbBackward(kernels.Of(z), p.lse, none, p.Targets, p.DLogP, none, p.T, p.V, 1)
	p.gradients(z, 0, p.T)
}

// oneExponential is v4: CrossEntropy finishes a row before it goes on, so that
// the row comes from memory once.
func oneExponential(p *Problem) {
	defer p.free()
	z := p.take(p.T * p.V)
	p.logits(z, 0, p.T)
	p.Dev.CrossEntropy(p.LogP, kernels.Of(z), p.Targets, p.DLogP, p.T, p.V, 1)
	p.gradients(z, 0, p.T)
}
