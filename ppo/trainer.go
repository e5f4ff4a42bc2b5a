package ppo

import (
	"context"
	"fmt"
	"time"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/nn/optim"
)

// Trainer improves a policy by step-grained PPO. Everything it does is a
// function of its configuration, its seed and the episodes it is given.
type Trainer struct {
	Config     Config
	Seed       uint64
	Policy     *llama.Model
	Reference  *Reference // nil without KL
	Critic     *Critic
	Controller KLController // β
	Iteration  int          // iterations done
	Counters   Counters

	estimator       Estimator
	loss            PolicyLoss
	optimiser       *optim.AdamW // of the policy
	criticOptimiser *optim.AdamW
	dev             kernels.Backend
	tape            *autograd.Tape
}

// Source gives the episodes of an iteration.
type Source interface {
	// Episodes plays or reads the episodes of iteration it. Episodes played by
	// the present policy carry its log-probabilities.
	Episodes(ctx context.Context, it int) ([]*Episode, error)
	// OnPolicy reports whether the episodes are the present policy's own, so
	// that the first ratio of every token must be exactly 1.
	OnPolicy() bool
}

// Iterate is one iteration of PPO. The end of ctx ends it before its update and
// leaves the trainer as it was; an update that has begun is finished, because
// nothing could go on from a half.
func (t *Trainer) Iterate(ctx context.Context, src Source) (*Report, error) {
	r := &Report{Iteration: t.Iteration, Beta: t.Controller.Beta, LR: t.Config.lr(t.Iteration)}
	r.onPolicy = src.OnPolicy() || t.Config.Old == "current"
	begin := time.Now()
	episodes, err := src.Episodes(ctx, t.Iteration) // rollout, with rewards per step and component
	if err != nil {
		return nil, err
	}
	r.RolloutSeconds = time.Since(begin).Seconds()
	begin = time.Now()

	batch, err := Pack(episodes) // [T] tokens, spans, rewards in their places
	if err != nil {
		return nil, err
	}
	t.behaviour(batch)    // log-probabilities and values of the policy that played
	t.reference(batch, r) // log-probabilities of the reference, for the KL
	t.estimate(batch, r)  // advantages and returns
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	for epoch := 0; epoch < t.Config.Epochs && !r.EarlyStop; epoch++ {
		for _, minibatches := range t.groups(batch, epoch) { // the first one: ratio == 1, exactly
			if err := t.learn(batch, minibatches, r); err != nil {
				return nil, err
			}
			if r.EarlyStop {
				break
			}
		}
		r.epochs++
	}
	if err := t.moreCritic(batch, r); err != nil { // a detached critic may go on by itself
		return nil, err
	}

	t.Controller.Update(r.KL, len(episodes))
	t.Iteration++
	t.Counters.add(r)
	r.TrainSeconds = time.Since(begin).Seconds()
	r.finish()
	return r, nil
}

// Counters add up over a run.
type Counters struct {
	RatioChecks     int64 `json:"ratio_checks"`     // tokens of first minibatches
	RatioViolations int64 `json:"ratio_violations"` // … whose ratio was not exactly 1
	DeadBatches     int   `json:"dead_batches"`
	Episodes        int   `json:"episodes"`
	Tokens          int64 `json:"tokens"`
}

func (c *Counters) add(r *Report) {
	c.RatioChecks += int64(r.RatioChecks)
	c.RatioViolations += int64(r.RatioViolations)
	c.DeadBatches += int(indicator(r.Dead))
	c.Episodes += r.Episodes
	c.Tokens += int64(r.Tokens)
}

// NewTrainer returns a trainer of a policy on a device. The present weights
// become the reference of the KL penalty.
func NewTrainer(policy *llama.Model, dev kernels.Backend, cfg Config, seed uint64) (*Trainer, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	t := &Trainer{Config: cfg, Seed: seed, Policy: policy, dev: dev, tape: autograd.NewTape(dev, policy.DType()), loss: cfg.policyLoss()}
	t.loss.MaxRatio = 0 // the guard is on minibatches: see learn
	var err error
	if t.estimator, err = cfg.estimator(); err != nil {
		return nil, err
	}
	if t.Critic, err = NewCritic(cfg.Critic, policy, dev, seed); err != nil {
		return nil, err
	}
	if cfg.KL != "none" {
		t.Controller = KLController{Beta: cfg.KLCoef}
		if cfg.KLController == "adaptive" {
			t.Controller.Target, t.Controller.Horizon = cfg.KLTarget, cfg.KLHorizon
		}
		if t.Reference, err = NewReference(policy); err != nil {
			return nil, err
		}
	}
	trained := nn.List(policy, true)
	if len(trained) == 0 {
		return nil, fmt.Errorf("ppo: the policy has no trainable parameter")
	}
	t.optimiser = optim.NewAdamW(dev, trained, cfg.Beta1, cfg.Beta2, 1e-8, cfg.WeightDecay)
	t.criticOptimiser = optim.NewAdamW(dev, t.Critic.Params(), cfg.Beta1, cfg.Beta2, 1e-8, 0)
	return t, nil
}

// Attach lets an engine that samples for the trainer report the critic's values
// as well. Values are computed afterwards where this is left out.
func (t *Trainer) Attach(e *llama.Engine) { e.Value = t.Critic.Hook() }
