package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// resolve settles the settings that follow from others.
func (c *Config) resolve() error {
	if c.Method == "ppo-final" {
		c.Reward.Shaper = "final"
	}
	return nil
}

// Validate checks what no single key can: that settings fit one another.
func (c *Config) Validate() error {
	bad := func(key, format string, args ...any) error {
		return fmt.Errorf("config %s = %s: %s", key, c.Get(key), fmt.Sprintf(format, args...))
	}
	m := c.Model
	switch {
	case c.Compat.Mode == "released" && c.Compat.Replay == "":
		return bad("compat.mode", "needs a recorded run to replay: give -set compat.replay=DIR")
	case c.Compat.Replay != "" && c.Compat.Dump == "":
		return bad("compat.replay", "needs a folder for its numbers: give -dump DIR")
	case c.Compat.Replay != "":
		return nil
	case c.Data.File != "" && m.Path == "":
		return bad("data.file", "stored trajectories need a model to train: give -model PATH")
	case c.Data.File != "" && c.Method == "sft":
		return bad("method", "-data trains by PPO: use ppo-step or ppo-final")
	case m.Path != "" && c.SFT.From != "":
		return bad("sft.from", "names the model already: leave -model out")
	case m.Path == "" && m.Dim%m.Heads != 0:
		return bad("model.heads", "must divide model.dim = %d", m.Dim)
	case m.Path == "" && m.Dim/m.Heads%2 != 0:
		return bad("model.heads", "must leave heads of even size (model.dim/model.heads is %d): rotary angles turn pairs", m.Dim/m.Heads)
	case m.Heads%m.KVHeads != 0:
		return bad("model.kv_heads", "must divide model.heads = %d", m.Heads)
	case c.Reward.Shaper == "file" && c.Reward.File == "":
		return bad("reward.shaper", "needs the annotations: give -set reward.file=PATH")
	case c.Data.File == "" && c.PPO.Minibatches > c.PPO.Tasks*c.PPO.Samples:
		return bad("ppo.minibatches", "there are only %d episodes in an iteration", c.PPO.Tasks*c.PPO.Samples)
	case c.PPO.Minibatches%c.PPO.Accumulate != 0:
		return bad("ppo.accumulate", "must divide ppo.minibatches = %d", c.PPO.Minibatches)
	case c.PPO.KL == "reward" && strings.HasSuffix(c.PPO.KLEstimator, "+"):
		return bad("ppo.kl_estimator", "is for ppo.kl=loss; in the reward use k1, abs, k2, k3 or full (k1 is usual)")
	case c.PPO.KL == "loss" && !slices.Contains([]string{"k2", "k3", "k1+", "k3+"}, c.PPO.KLEstimator):
		return bad("ppo.kl_estimator", "as a loss only k2, k3, k1+ and k3+ have a useful gradient (k3 is usual)")
	case c.PPO.DualClip > 0 && c.PPO.DualClip <= 1+c.PPO.ClipHigh:
		return bad("ppo.dual_clip", "must be larger than 1 + ppo.clip_high (3 is usual), or 0 for none")
	}
	return nil
}

// JSON returns the complete configuration as a run records it.
func (c *Config) JSON() []byte {
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		panic(err) // plain structs of numbers and text
	}
	return append(b, '\n')
}
