package ppo

import (
	"fmt"
	"math"
)

// Config are the settings of a [Trainer]. [DefaultConfig] gives those that were
// measured to work in the embedded world.
type Config struct {
	Temperature float64 `json:"temperature"` // of sampling; all log-probabilities are taken at it

	Epochs      int `json:"epochs"`       // passes over the episodes of an iteration
	Minibatches int `json:"minibatches"`  // parts that an epoch is cut into, by episodes
	Accumulate  int `json:"accumulate"`   // minibatches of one optimiser step; their losses are averaged
	MicroTokens int `json:"micro_tokens"` // most tokens of one forward and backward pass: bounds memory, not the result

	LR          float64 `json:"lr"`           // of the policy's AdamW
	Beta1       float64 `json:"beta1"`        // decay of its first moment
	Beta2       float64 `json:"beta2"`        // decay of its second moment
	WeightDecay float64 `json:"weight_decay"` // of matrices
	Warmup      int     `json:"warmup"`       // iterations in which the rate rises to LR
	ClipNorm    float64 `json:"clip_norm"`    // largest global norm of a gradient; 0: no limit

	GAE          string    `json:"gae"` // see [Preset]
	GammaIn      float64   `json:"gamma_in"`
	LambdaIn     float64   `json:"lambda_in"`
	GammaAcross  float64   `json:"gamma_across"`
	LambdaAcross float64   `json:"lambda_across"`
	Whiten       Whitening `json:"whiten"`
	DeadStd      float64   `json:"dead_std"` // see [Dead]

	ClipLow     float64 `json:"clip_low"`
	ClipHigh    float64 `json:"clip_high"`
	DualClip    float64 `json:"dual_clip"`    // 0: none
	MaxRatio    float64 `json:"max_ratio"`    // a minibatch of larger mean ratio is skipped; 0: never
	Entropy     float64 `json:"entropy"`      // weight of the entropy bonus
	TargetKL    float64 `json:"target_kl"`    // the epochs end when a minibatch's mean ½(ℓ − ℓ_old)² passes it; 0: never
	CriticFirst int     `json:"critic_first"` // first iterations in which only the critic is trained

	KL           string  `json:"kl"`            // "reward", "loss" or "none"
	KLEstimator  KLKind  `json:"kl_estimator"`  // reward: k1, abs, k2, k3, full; loss: k2, k3, k1+, k3+
	KLCoef       float64 `json:"kl_coef"`       // β
	KLController string  `json:"kl_controller"` // "fixed" or "adaptive"
	KLTarget     float64 `json:"kl_target"`     // nats of an episode
	KLHorizon    float64 `json:"kl_horizon"`    // episodes

	// Old says where the old log-probabilities of the first minibatch come
	// from: "stored", kept while sampling (on policy, or the behaviour policy of
	// stored trajectories), or "current", computed when the batch begins.
	Old string `json:"old"`

	Aggregate Aggregation `json:"aggregate"`
	Constant  float64     `json:"constant"` // the horizon of the aggregation "constant"

	Critic CriticConfig `json:"critic"`
}

// CriticConfig chooses the critic.
type CriticConfig struct {
	Kind      string  `json:"kind"`       // "detached", "shared" or "separate"; see [Critic]
	Hidden    int     `json:"hidden"`     // width of the detached critic's hidden layer
	LR        float64 `json:"lr"`         // of its own AdamW (detached, separate)
	Epochs    int     `json:"epochs"`     // detached: passes over the states of an iteration; those beyond the policy's cost next to nothing
	Coef      float64 `json:"coef"`       // weight of the value loss
	ValueClip float64 `json:"value_clip"` // 0: none
}

// DefaultConfig returns the settings for the embedded world.
func DefaultConfig() Config {
	c := Config{
		Temperature: 1,
		Epochs:      2, Minibatches: 4, Accumulate: 1, MicroTokens: 4096,
		LR: 1.5e-4, Beta1: .9, Beta2: .98, Warmup: 3, ClipNorm: 1,
		GAE: "step-trace", Whiten: WhitenFull, DeadStd: 1e-6,
		ClipLow: .2, ClipHigh: .2, DualClip: 3, MaxRatio: 10, CriticFirst: 1,
		KL: "reward", KLEstimator: KL1, KLCoef: .02, KLController: "fixed", KLTarget: 6, KLHorizon: 10000,
		Old: "stored", Aggregate: TokenMean, Constant: 1000,
		Critic: CriticConfig{Kind: "detached", Hidden: 128, LR: 2e-3, Epochs: 4, Coef: .5, ValueClip: .2},
	}
	c.SetGAE(c.GAE)
	return c
}

// SetGAE chooses an advantage estimator with the numbers of its preset.
func (c *Config) SetGAE(name string) error {
	within, across, err := Preset(name)
	if err != nil {
		return err
	}
	c.GAE = name
	c.GammaIn, c.LambdaIn, c.GammaAcross, c.LambdaAcross = within.Gamma, within.Lambda, across.Gamma, across.Lambda
	return nil
}

// estimator returns the rule that the configuration names.
func (c *Config) estimator() (Estimator, error) {
	return NewEstimator(c.GAE, Factors{c.GammaIn, c.LambdaIn}, Factors{c.GammaAcross, c.LambdaAcross})
}

// policyLoss and valueLoss return the losses that the configuration describes.
func (c *Config) policyLoss() PolicyLoss {
	return PolicyLoss{ClipLow: c.ClipLow, ClipHigh: c.ClipHigh, DualClip: c.DualClip, LogRatioClamp: 20, MaxRatio: c.MaxRatio}
}

func (c *Config) valueLoss() ValueLoss { return ValueLoss{Clip: c.Critic.ValueClip} }

// lr returns the policy's learning rate of an iteration.
func (c *Config) lr(iteration int) float64 {
	n := max(0, iteration-c.CriticFirst) // iterations that trained the policy
	if n >= c.Warmup {
		return c.LR
	}
	return c.LR * float64(n+1) / float64(c.Warmup)
}

// Validate reports the first setting that cannot be.
func (c *Config) Validate() error {
	type bound struct {
		key     string
		v       float64
		low, up float64
	}
	inf := math.Inf(1)
	for _, b := range []bound{
		{"temperature", c.Temperature, math.SmallestNonzeroFloat64, 100},
		{"epochs", float64(c.Epochs), 1, inf}, {"minibatches", float64(c.Minibatches), 1, inf}, {"accumulate", float64(c.Accumulate), 1, inf},
		{"micro_tokens", float64(c.MicroTokens), 1, inf},
		{"lr", c.LR, 0, 1}, {"beta1", c.Beta1, 0, 1}, {"beta2", c.Beta2, 0, 1}, {"weight_decay", c.WeightDecay, 0, 1},
		{"warmup", float64(c.Warmup), 0, inf}, {"clip_norm", c.ClipNorm, 0, inf},
		{"gamma_in", c.GammaIn, 0, 1}, {"lambda_in", c.LambdaIn, 0, 1}, {"gamma_across", c.GammaAcross, 0, 1}, {"lambda_across", c.LambdaAcross, 0, 1},
		{"dead_std", c.DeadStd, 0, inf}, {"clip_low", c.ClipLow, 0, 1}, {"clip_high", c.ClipHigh, 0, inf}, {"dual_clip", c.DualClip, 0, inf},
		{"max_ratio", c.MaxRatio, 0, inf}, {"entropy", c.Entropy, 0, inf}, {"target_kl", c.TargetKL, 0, inf}, {"critic_first", float64(c.CriticFirst), 0, inf},
		{"kl_coef", c.KLCoef, 0, inf}, {"constant", c.Constant, math.SmallestNonzeroFloat64, inf},
		{"critic.coef", c.Critic.Coef, 0, inf}, {"critic.value_clip", c.Critic.ValueClip, 0, inf}, {"critic.lr", c.Critic.LR, 0, 1},
		{"critic.epochs", float64(c.Critic.Epochs), 0, inf},
	} {
		if !(b.v >= b.low && b.v <= b.up) {
			return fmt.Errorf("ppo: config %s = %g: must be in [%g, %g]", b.key, b.v, b.low, b.up)
		}
	}
	if c.DualClip > 0 && c.DualClip <= 1+c.ClipHigh {
		return fmt.Errorf("ppo: config dual_clip = %g: must be larger than 1 + clip_high (3 is usual), or 0 for none", c.DualClip)
	}
	if _, err := c.estimator(); err != nil {
		return err
	}
	if err := c.Aggregate.Validate(); err != nil {
		return err
	}
	switch c.Whiten {
	case WhitenFull, ScaleOnly, NoWhiten:
	default:
		return fmt.Errorf("ppo: config whiten = %q: must be full, scale or none", c.Whiten)
	}
	if c.Old != "stored" && c.Old != "current" {
		return fmt.Errorf("ppo: config old = %q: must be stored or current", c.Old)
	}
	switch c.Critic.Kind {
	case "shared", "separate":
	case "detached":
		if c.Critic.Hidden < 1 {
			return fmt.Errorf("ppo: config critic.hidden = %d: must be positive", c.Critic.Hidden)
		}
	default:
		return fmt.Errorf("ppo: config critic.kind = %q: must be detached, shared or separate", c.Critic.Kind)
	}
	return c.validateKL()
}

func (c *Config) validateKL() error {
	switch c.KL {
	case "none":
		return nil
	case "reward":
		if c.KLEstimator != KLFull {
			if err := (KLEstimator{Kind: c.KLEstimator}).Validate(); err != nil {
				return err
			}
		}
	case "loss":
		switch c.KLEstimator {
		case KL2, KL3, KL1Straight, KL3Straight:
		default:
			return fmt.Errorf("ppo: config kl_estimator = %q: as a loss only k2, k3, k1+ and k3+ have a useful gradient", c.KLEstimator)
		}
	default:
		return fmt.Errorf("ppo: config kl = %q: must be reward, loss or none", c.KL)
	}
	switch c.KLController {
	case "fixed":
	case "adaptive":
		if !(c.KLTarget > 0 && c.KLHorizon > 0) {
			return fmt.Errorf("ppo: config kl_target = %g, kl_horizon = %g: must be positive", c.KLTarget, c.KLHorizon)
		}
	default:
		return fmt.Errorf("ppo: config kl_controller = %q: must be fixed or adaptive", c.KLController)
	}
	return nil
}
