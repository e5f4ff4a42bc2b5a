package ppo

import (
	"fmt"
	"math"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/nn/optim"
)

// group is the minibatches of one optimiser step: lists of episodes.
type group [][]int

// groups shuffles the episodes of a batch for one epoch and cuts them into
// minibatches, and those into optimiser steps.
func (t *Trainer) groups(b *Batch, epoch int) []group {
	order := rng.New(t.Seed, "ppo", "epoch", t.Iteration, epoch).Perm(len(b.Episodes))
	n := min(t.Config.Minibatches, len(order))
	var out []group
	for i := range n {
		if i%t.Config.Accumulate == 0 {
			out = append(out, nil)
		}
		last := len(out) - 1
		out[last] = append(out[last], order[i*len(order)/n:(i+1)*len(order)/n])
	}
	return out
}

// learn takes one optimiser step on the minibatches of a group. It ends the
// epochs (r.EarlyStop) once the policy has moved too far.
func (t *Trainer) learn(b *Batch, g group, r *Report) error {
	skip := r.CriticOnly
	for _, mini := range g {
		s := t.minibatch(b, mini, 1/float64(len(g)), r)
		if r.CriticOnly {
			continue
		}
		if s.RatioMean > t.Config.MaxRatio && t.Config.MaxRatio > 0 {
			skip = true
			r.SkippedSteps++
		}
		if s.KLSquared > t.Config.TargetKL && t.Config.TargetKL > 0 {
			skip, r.EarlyStop = true, true
		}
	}
	return t.step(skip, r.EarlyStop, r)
}

// minibatch adds the gradients of one minibatch, times scale.
func (t *Trainer) minibatch(b *Batch, mini []int, scale float64, r *Report) PolicyStats {
	weight := t.Config.Aggregate.Weights(b.turns(mini), t.Config.Constant)
	var all PolicyStats
	var value ValueStats
	done := 0
	for _, piece := range b.micro(mini, t.Config.MicroTokens) {
		p := b.pack(piece)
		n := len(p.rows)
		if n == 0 {
			continue
		}
		ps, vs := t.piece(b, p, weight[done:done+n], scale, r)
		all.merge(ps)
		value.merge(vs)
		done += n
	}
	r.minibatch(all, value)
	return all
}

// piece is one forward and backward pass. With CriticOnly the policy is only
// read: its figures are reported, its gradient is not asked for.
func (t *Trainer) piece(b *Batch, p *packed, weight []float64, scale float64, r *Report) (PolicyStats, ValueStats) {
	t.tape.Reset()
	var h *autograd.Value
	var ps PolicyStats
	var seeds []autograd.Seed
	forward := func() {
		h = t.Policy.ForwardRows(t.tape, p.ids, p.layout, p.rows)
		ps, seeds = t.policyPart(b, p, h, weight, scale, r)
	}
	if r.CriticOnly {
		t.tape.NoGrad(forward)
		seeds = nil
	} else {
		forward()
	}
	vs, seed := t.valuePart(b, p, h, weight, scale, r)
	t.tape.Backward(append(seeds, seed)...)
	return ps, vs
}

// policyPart evaluates the policy's loss, the KL in it and the entropy bonus,
// and returns where the backward pass begins. h are the hidden states.
func (t *Trainer) policyPart(b *Batch, p *packed, h *autograd.Value, weight []float64, scale float64, r *Report) (PolicyStats, []autograd.Seed) {
	logp, entropy := t.Policy.LogProbs(h, p.targets, 1/t.Config.Temperature)
	lp, ent := logp.Data().Floats(), entropy.Data().Floats()
	grad := make([]float64, len(lp))
	ps := t.loss.Evaluate(grad, nil, lp, p.take(b.Old), p.take(b.Advantage), weight, nil)
	r.firstRatios(ps)
	r.entropies(b, p, ent)
	if t.Config.KL == "loss" {
		k := KLEstimator{Kind: t.Config.KLEstimator, Clamp: 10}
		for i, j := range p.entries {
			v, g := k.Token(lp[i], b.Ref[j])
			r.KLLoss += weight[i] * v
			grad[i] += t.Controller.Beta * weight[i] * g
		}
	}
	multiply(grad, scale)
	seeds := []autograd.Seed{{V: logp, Grad: grad}}
	if t.Config.Entropy > 0 {
		bonus := make([]float64, len(ent))
		for i, w := range weight {
			bonus[i] = -scale * t.Config.Entropy * w
		}
		seeds = append(seeds, autograd.Seed{V: entropy, Grad: bonus})
	}
	return ps, seeds
}

// valuePart does the same for the critic's loss.
func (t *Trainer) valuePart(b *Batch, p *packed, h *autograd.Value, weight []float64, scale float64, r *Report) (ValueStats, autograd.Seed) {
	if r.epochs == 0 && t.Critic.Kind == "detached" && t.Config.Critic.Epochs > t.Config.Epochs {
		t.Critic.keep(b, p, h)
	}
	v := t.Critic.values(t.tape, p, h, p.rows, r.CriticOnly)
	grad := make([]float64, len(p.rows))
	vs := t.Config.valueLoss().Evaluate(grad, nil, v.Data().Floats(), p.take(b.Value), p.take(b.Return), weight)
	multiply(grad, scale*t.Config.Critic.Coef)
	return vs, autograd.Seed{V: v, Grad: grad}
}

// step moves the policy, unless it is to be left alone (to the bit), and the
// critic. Gradients are clipped by their global norm, those of a shared critic
// together with the policy's. Nothing moves when one of the norms is no number.
func (t *Trainer) step(skipPolicy, skipCritic bool, r *Report) error {
	defer t.optimiser.ZeroGrad()
	defer t.criticOptimiser.ZeroGrad()
	policy, critic, criticLR := t.optimiser.Params(), t.criticOptimiser.Params(), t.Config.Critic.LR
	if t.Critic.Kind == "shared" {
		criticLR = t.Config.lr(t.Iteration)
		if !skipPolicy {
			policy, critic = append(policy, critic...), nil
		}
	}
	scale := 1.0 // of both, where they are clipped together
	if !skipPolicy {
		var norm float64
		var err error
		if norm, scale, err = t.clip("policy", policy); err != nil {
			return err
		}
		r.GradNorm += norm
		r.Updates++
	}
	criticScale := scale
	if !skipCritic && critic != nil {
		var norm float64
		var err error
		if norm, criticScale, err = t.clip("critic", critic); err != nil {
			return err
		}
		r.CriticGradNorm += norm
		r.criticSteps++
	}
	if !skipPolicy {
		t.optimiser.Step(t.Config.lr(t.Iteration), scale)
	}
	if !skipCritic {
		t.criticOptimiser.Step(criticLR, criticScale)
	}
	return nil
}

// clip returns the norm of gradients and the factor that limits it. A norm that
// is no number or infinite is an error: one such step would destroy weights and
// moments for good, and skipping it would hide why.
func (t *Trainer) clip(whose string, params []*autograd.Param) (norm, scale float64, err error) {
	norm, scale = optim.ClipGradNorm(t.dev, params, t.Config.ClipNorm)
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		err = fmt.Errorf("ppo: iteration %d: the norm of the %s's gradient is %g: weights, rewards or log-probabilities are out of range", t.Iteration+1, whose, norm)
	}
	return norm, scale, err
}

func multiply(x []float64, s float64) {
	for i := range x {
		x[i] *= s
	}
}
