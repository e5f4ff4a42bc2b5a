package ppo

import (
	"fmt"
	"math"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn/optim"
)

type llamaModel = llama.Model

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

// learn takes one optimiser step on the minibatches of a group. It reports
// whether the epochs should go on: false once the policy has moved too far.
func (t *Trainer) learn(b *Batch, g group, r *Report) bool {
	stop, skip := false, r.CriticOnly
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
			skip, stop = true, true
			r.EarlyStop = true
		}
	}
	t.step(skip, stop, r)
	return !stop && r.broken == nil
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

// piece is one forward and backward pass.
func (t *Trainer) piece(b *Batch, p *packed, weight []float64, scale float64, r *Report) (PolicyStats, ValueStats) {
	t.tape.Reset()
	take := func(x []float64) []float64 { // the entries of the piece
		out := make([]float64, len(p.entries))
		for k, j := range p.entries {
			out[k] = x[j]
		}
		return out
	}
	old := take(b.Old)

	var seeds []autograd.Seed
	var ps PolicyStats
	var h *autograd.Value
	if r.CriticOnly {
		if t.Critic.Kind != "separate" {
			t.tape.NoGrad(func() { h = t.Policy.Forward(t.tape, p.ids, p.layout, nil) })
		}
	} else {
		h = t.Policy.Forward(t.tape, p.ids, p.layout, nil)
		logp, entropy := t.Policy.LogProbs(h, p.rows, p.targets, 1/t.Config.Temperature)
		lp, ent := logp.Data().Floats(), entropy.Data().Floats()
		grad := make([]float64, len(lp))
		ps = t.loss.Evaluate(grad, nil, lp, old, take(b.Advantage), weight, nil)
		t.checkRatio(ps, r)
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
		seeds = append(seeds, autograd.Seed{V: logp, Grad: grad})
		if t.Config.Entropy > 0 {
			bonus := make([]float64, len(ent))
			for i, w := range weight {
				bonus[i] = -scale * t.Config.Entropy * w
			}
			seeds = append(seeds, autograd.Seed{V: entropy, Grad: bonus})
		}
	}

	if r.epochs == 0 && t.Critic.Kind == "detached" && t.Config.Critic.Epochs > t.Config.Epochs {
		t.Critic.keep(b, p, h)
	}
	v := t.Critic.values(t.tape, p, h, p.rows, r.CriticOnly)
	grad := make([]float64, len(p.rows))
	vs := t.Config.valueLoss().Evaluate(grad, nil, v.Data().Floats(), take(b.Value), take(b.Return), weight)
	multiply(grad, scale*t.Config.Critic.Coef)
	t.tape.Backward(append(seeds, autograd.Seed{V: v, Grad: grad})...)
	return ps, vs
}

// checkRatio counts the tokens of the first minibatch of an iteration, before
// any step: what was sampled is what is trained, so their ratio is exactly 1.
func (t *Trainer) checkRatio(ps PolicyStats, r *Report) {
	if r.minibatches > 0 || !r.onPolicy {
		return
	}
	r.RatioChecks += ps.Tokens
	r.RatioViolations += ps.NotOne
	t.Counters.RatioChecks += int64(ps.Tokens)
	t.Counters.RatioViolations += int64(ps.NotOne)
}

// step moves the policy, unless it is to be left alone (to the bit), and the
// critic. Gradients are clipped by their global norm, those of a shared critic
// together with the policy's.
func (t *Trainer) step(skipPolicy, skipCritic bool, r *Report) {
	critic, policy := t.criticOptimiser.Params(), t.optimiser.Params()
	if t.Critic.Kind == "shared" && !skipPolicy {
		critic, policy = nil, append(policy, critic...)
	}
	scale := 1.0
	if !skipPolicy {
		var norm float64
		norm, scale = optim.ClipGradNorm(t.dev, policy, t.Config.ClipNorm)
		if !finite(norm) {
			r.broken = fmt.Errorf("ppo: iteration %d: the norm of the policy's gradient is %g: the weights or the rewards are out of range", t.Iteration, norm)
			return
		}
		t.optimiser.Step(t.Config.lr(t.Iteration), scale)
		r.GradNorm += norm
		r.Updates++
	}
	if !skipCritic {
		lr := t.Config.Critic.LR
		if t.Critic.Kind == "shared" {
			lr = t.Config.lr(t.Iteration)
		}
		if critic != nil {
			var norm float64
			if norm, scale = optim.ClipGradNorm(t.dev, critic, t.Config.ClipNorm); !finite(norm) {
				r.broken = fmt.Errorf("ppo: iteration %d: the norm of the critic's gradient is %g: the weights or the rewards are out of range", t.Iteration, norm)
				return
			}
			r.CriticGradNorm += norm
			r.criticSteps++
		}
		t.criticOptimiser.Step(lr, scale)
	}
	t.optimiser.ZeroGrad()
	t.criticOptimiser.ZeroGrad()
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func multiply(x []float64, s float64) {
	for i := range x {
		x[i] *= s
	}
}
