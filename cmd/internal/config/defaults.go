package config

import (
	"strings"

	"github.com/stepgrain/stepgrain/ppo"
)

// base are the settings that the other defaults depend on.
type base struct {
	quick    bool
	data     bool   // trains on stored trajectories
	template string // of -data
	released bool   // with -data: as the released trainer does
}

// defaults returns the settings of a run before anything is given.
func defaults(b base) *Config {
	c := embedded()
	if b.quick {
		quick(c)
	}
	if b.data {
		stored(c, b.template)
	}
	if b.data && b.released {
		c.Compat.DType = "f32"
		if b.template == "toolllama" {
			c.Data.ActionTokens = 1024 // as its script says; the others leave it at 1200
		}
	}
	return c
}

// embedded is the default run: SFT and RL in the embedded world.
func embedded() *Config {
	return &Config{
		Seed:      1,
		Method:    "ppo-step",
		Precision: "auto",
		World:     World{Seed: 1},
		Tokenizer: Tokenizer{Vocab: 1024, Episodes: 4000},
		Model: Model{Template: "toolllama", Dim: 96, Layers: 4, Heads: 3, KVHeads: 3, MLP: 256,
			RopeTheta: 1e4, Init: "copy", Context: 640},
		LoRA: LoRA{R: 0, Alpha: 16, Targets: []string{"q_proj", "v_proj"}},
		SFT: SFT{Tokens: 9_600_000, Batch: 4096, LR: 2.5e-3, Beta1: .9, Beta2: .98, Decay: .05, ClipNorm: 1,
			Warmup: .05, FinalLR: .1, MicroTokens: 4096, CopySteps: 130, CopyTokens: 2400, CopyWarmup: 20, CopyEvery: 20},
		Env:    Env{Calls: 9, ActionTokens: 96},
		Eval:   Eval{Tasks: 100, Temperature: 1},
		Reward: Reward{Shaper: "graph", FailCost: .1, Alpha: 1, Threshold: .3},
		PPO: PPO{Iterations: 60, Tasks: 32, Samples: 4, Temperature: 1, Epochs: 2, Minibatches: 4, Accumulate: 1, MicroTokens: 4096,
			LR: 1.5e-4, Beta1: .9, Beta2: .98, Warmup: 3, ClipNorm: 1,
			GAE: "step-trace", Whiten: "full", DeadStd: 1e-6,
			ClipLow: .2, ClipHigh: .2, DualClip: 3, MaxRatio: 10, CriticLed: 1, Behaviour: "stored",
			KL: "reward", KLEstimator: "k1", KLCoef: .02, KLController: "fixed", KLTarget: 6, KLHorizon: 10000},
		Critic: Critic{Kind: "detached", Hidden: 128, LR: 2e-3, Epochs: 4, Coef: .5, ValueClip: .2},
		Loss:   Loss{Aggregate: "token-mean", Constant: 1000},
		Data:   Data{Epochs: 5, Batch: 8, Context: 4096, ActionTokens: 1200},
		Compat: Compat{Mode: "none", DType: "f64"},
		Save:   Save{SFTEvery: 50, LogEvery: 10, PPOEvery: 1},
	}
}

// quick makes the run about a minute long: fewer categories, shorter
// tasks (world.Options.Quick) and smaller budgets.
func quick(c *Config) {
	c.Quick = true
	c.Model.Context = 512
	c.Tokenizer.Episodes = 2000
	c.Model.Layers = 3
	c.SFT.Tokens, c.SFT.Batch, c.SFT.CopySteps = 2_000_000, 3072, 100
	c.Env.Calls = 7
	c.Eval.Tasks = 48
	// One pass over fresh episodes learns more in a minute than two over fewer.
	c.PPO.Iterations, c.PPO.Tasks, c.PPO.Epochs, c.PPO.LR = 20, 24, 1, 3e-4
}

// react ends the names of the layouts with ToolBench's whole prompt.
const react = "-react"

// stored trains on a file of trajectories as the paper's configuration does
// (StepTool's released settings; docs/method.md says where ours depart).
func stored(c *Config, template string) {
	c.Precision = "f32"
	c.Model.Template = template
	p := &c.PPO
	p.Iterations, p.Epochs, p.Minibatches, p.Accumulate = 0, 4, 4, 4
	p.LR, p.Beta1, p.Beta2, p.Decay, p.Warmup, p.ClipNorm = 1e-5, .9, .999, 0, 0, 0
	p.GAE, p.DualClip, p.CriticLed = "token", 0, 0
	p.MicroTokens = 1024
	p.KLCoef, p.KLController, p.Behaviour = .3, "adaptive", "current"
	c.Critic = Critic{Kind: "shared", Hidden: 128, LR: 1e-5, Epochs: 4, Coef: .1, ValueClip: .2}
	c.LoRA = LoRA{R: 8, Alpha: 16, Targets: []string{"q_proj", "v_proj"}}
	switch strings.TrimSuffix(template, react) {
	case "toolllama":
		c.LoRA.R = 16
	case "qwen2":
		c.LoRA.Targets = []string{"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
	}
}

// applyGAE sets the four numbers that ppo.gae stands for.
func (c *Config) applyGAE() {
	within, across, err := ppo.Preset(c.PPO.GAE)
	if err != nil {
		panic(err) // checked against the words of the key before
	}
	c.PPO.GammaIn, c.PPO.LambdaIn, c.PPO.GammaAcross, c.PPO.LambdaAcross = within.Gamma, within.Lambda, across.Gamma, across.Lambda
}
