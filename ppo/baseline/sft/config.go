package sft

import "fmt"

// Config are the settings of a [Trainer]. Counts are in tokens and steps, never
// in seconds.
type Config struct {
	Tokens      int     `json:"tokens"`       // of demonstrations, each trained on once
	Batch       int     `json:"batch"`        // tokens of a step: examples are added until there are so many
	MicroTokens int     `json:"micro_tokens"` // most tokens of one forward and backward pass: bounds memory
	LR          float64 `json:"lr"`           // peak rate of AdamW
	Beta1       float64 `json:"beta1"`
	Beta2       float64 `json:"beta2"`
	WeightDecay float64 `json:"weight_decay"`
	ClipNorm    float64 `json:"clip_norm"` // 0: no limit
	Warmup      float64 `json:"warmup"`    // share of the steps in which the rate rises
	FinalLR     float64 `json:"final_lr"`  // share of the peak that the cosine ends at

	CopySteps  int `json:"copy_steps"`  // steps on strings to copy before the first demonstration
	CopyTokens int `json:"copy_tokens"` // tokens of such a step
	CopyWarmup int `json:"copy_warmup"` // of these steps, how many the rate rises for
	CopyEvery  int `json:"copy_every"`  // later, one step in so many, at least 2; 0: none

	AccuracyEvery int `json:"accuracy_every"` // steps between measurements of token accuracy; 0: none
}

// DefaultConfig returns the settings for the embedded world.
func DefaultConfig() Config {
	return Config{Tokens: 9_600_000, Batch: 4096, MicroTokens: 4096,
		LR: 2.5e-3, Beta1: .9, Beta2: .98, WeightDecay: .05, ClipNorm: 1, Warmup: .05, FinalLR: .1,
		CopySteps: 130, CopyTokens: 2400, CopyWarmup: 20, CopyEvery: 20, AccuracyEvery: 10}
}

// Validate reports the first setting that cannot be.
func (c *Config) Validate() error {
	for _, b := range []struct {
		key    string
		v, low float64
	}{
		{"tokens", float64(c.Tokens), 1}, {"batch", float64(c.Batch), 1}, {"micro_tokens", float64(c.MicroTokens), 1},
		{"copy_steps", float64(c.CopySteps), 0}, {"copy_warmup", float64(c.CopyWarmup), 0}, {"copy_every", float64(c.CopyEvery), 0},
		{"clip_norm", c.ClipNorm, 0}, {"accuracy_every", float64(c.AccuracyEvery), 0},
	} {
		if !(b.v >= b.low) {
			return fmt.Errorf("sft: config %s = %g: must be at least %g", b.key, b.v, b.low)
		}
	}
	for _, b := range []struct {
		key string
		v   float64
	}{{"lr", c.LR}, {"beta1", c.Beta1}, {"beta2", c.Beta2}, {"weight_decay", c.WeightDecay}, {"warmup", c.Warmup}, {"final_lr", c.FinalLR}} {
		if !(b.v >= 0 && b.v <= 1) {
			return fmt.Errorf("sft: config %s = %g: must be in [0, 1]", b.key, b.v)
		}
	}
	if c.CopyEvery == 1 {
		return fmt.Errorf("sft: config copy_every = 1: leaves no step for demonstrations; must be 0 or at least 2")
	}
	if (c.CopySteps > 0 || c.CopyEvery > 0) && c.CopyTokens < 1 {
		return fmt.Errorf("sft: config copy_tokens = %d: must be positive", c.CopyTokens)
	}
	return nil
}
