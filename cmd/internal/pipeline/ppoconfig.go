package pipeline

import "github.com/stepgrain/stepgrain/ppo"

// ppoConfig is the trainer's part of the configuration. Settings of the
// configuration have keys and conditions, those of the trainer do not: package
// ppo can be used without a configuration file.
func (r *run) ppoConfig() ppo.Config {
	p, k := r.config.PPO, r.config.Critic
	return ppo.Config{
		Temperature: p.Temperature,
		Epochs:      p.Epochs, Minibatches: p.Minibatches, Accumulate: p.Accumulate, MicroTokens: p.MicroTokens,
		LR: p.LR, Beta1: p.Beta1, Beta2: p.Beta2, WeightDecay: p.Decay, Warmup: p.Warmup, ClipNorm: p.ClipNorm,
		GAE: p.GAE, GammaIn: p.GammaIn, LambdaIn: p.LambdaIn, GammaAcross: p.GammaAcross, LambdaAcross: p.LambdaAcross,
		Whiten: ppo.Whitening(p.Whiten), DeadStd: p.DeadStd,
		ClipLow: p.ClipLow, ClipHigh: p.ClipHigh, DualClip: p.DualClip, MaxRatio: p.MaxRatio, Entropy: p.Entropy, TargetKL: p.TargetKL,
		CriticFirst: p.CriticLed,
		KL:          p.KL, KLEstimator: ppo.KLKind(p.KLEstimator), KLCoef: p.KLCoef,
		KLController: p.KLController, KLTarget: p.KLTarget, KLHorizon: p.KLHorizon,
		Old:       p.Behaviour,
		Aggregate: ppo.Aggregation(r.config.Loss.Aggregate), Constant: r.config.Loss.Constant,
		Critic: ppo.CriticConfig{Kind: k.Kind, Hidden: k.Hidden, LR: k.LR, Epochs: k.Epochs, Coef: k.Coef, ValueClip: k.ValueClip},
	}
}
