package optim

import (
	"math"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// AdamW is Adam with decoupled weight decay (Loshchilov & Hutter 2019); the
// update is written out at [kernels.AdamWStep].
type AdamW struct {
	Beta1, Beta2, Eps float64
	Groups            []Group

	dev   kernels.Backend
	steps int                // taken so far
	m, v  [][]*tensor.Tensor // first and second moments, as Groups[i].Params[j]
}

// Group is a set of parameters that are stepped alike.
type Group struct {
	Params      []*autograd.Param
	WeightDecay float64
	LRScale     float64 // factor on the learning rate of Step
}

// NewAdamW returns an optimiser of params with moments at zero. Parameters of
// two dimensions (weights and embeddings) decay, norms and biases do not.
func NewAdamW(dev kernels.Backend, params []*autograd.Param, beta1, beta2, eps, weightDecay float64) *AdamW {
	decay := Group{WeightDecay: weightDecay, LRScale: 1}
	plain := Group{LRScale: 1}
	for _, p := range params {
		if len(p.Data.Shape) >= 2 {
			decay.Params = append(decay.Params, p)
		} else {
			plain.Params = append(plain.Params, p)
		}
	}
	return NewAdamWGroups(dev, beta1, beta2, eps, decay, plain)
}

// NewAdamWGroups returns an optimiser of the given groups.
func NewAdamWGroups(dev kernels.Backend, beta1, beta2, eps float64, groups ...Group) *AdamW {
	o := &AdamW{Beta1: beta1, Beta2: beta2, Eps: eps, Groups: groups, dev: dev}
	for _, g := range groups {
		var m, v []*tensor.Tensor
		for _, p := range g.Params {
			m = append(m, tensor.New(p.Data.Buf.DType, p.Data.Shape...))
			v = append(v, tensor.New(p.Data.Buf.DType, p.Data.Shape...))
		}
		o.m, o.v = append(o.m, m), append(o.v, v)
	}
	return o
}

// Step takes one step at learning rate lr. Gradients are multiplied by
// gradScale on the way: the factor of [ClipGradNorm], or 1. A parameter that
// has had no gradient yet is stepped with a gradient of zero, so that a resumed
// run equals one that was not interrupted. Frozen parameters are left alone.
func (o *AdamW) Step(lr, gradScale float64) {
	o.steps++
	s := kernels.AdamWStep{
		Beta1: o.Beta1, Beta2: o.Beta2, Eps: o.Eps,
		Correction1: 1 - math.Pow(o.Beta1, float64(o.steps)),
		Correction2: 1 - math.Pow(o.Beta2, float64(o.steps)),
		GradScale:   gradScale,
	}
	for i, g := range o.Groups {
		s.LR, s.WeightDecay = lr*g.LRScale, g.WeightDecay
		for j, p := range g.Params {
			if !p.Trainable {
				continue
			}
			if p.Grad == nil {
				p.Grad = tensor.New(p.Data.Buf.DType, p.Data.Shape...)
			}
			o.dev.AdamW(p.Data.Buf, p.Grad.Buf, o.m[i][j].Buf, o.v[i][j].Buf, kernels.Buffer{}, p.Data.Buf.Len(), s)
			p.Changed()
		}
	}
}

// ZeroGrad clears the gradients of all parameters.
func (o *AdamW) ZeroGrad() {
	for _, g := range o.Groups {
		for _, p := range g.Params {
			p.ZeroGradOn(o.dev)
		}
	}
}

// Steps returns the number of steps taken.
func (o *AdamW) Steps() int { return o.steps }

// Params returns the parameters of all groups.
func (o *AdamW) Params() []*autograd.Param {
	var list []*autograd.Param
	for _, g := range o.Groups {
		list = append(list, g.Params...)
	}
	return list
}
