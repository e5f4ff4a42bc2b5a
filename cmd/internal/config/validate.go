package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// Shaper is the reward shaper of the run: reward.shaper, but the final reward
// alone with -method ppo-final, which leaves the key as it is for whoever gives
// the recorded configuration back with another method.
func (c *Config) Shaper() string {
	if c.Method == "ppo-final" {
		return "final"
	}
	return c.Reward.Shaper
}

// SettlePrecision gives precision=auto its meaning: bf16 where fast says that
// the processor multiplies bfloat16 faster than float32, for a model that is
// made from nothing; a checkpoint that is given is computed with as it was
// published. It is a function of the settings and the processor's family alone.
func (c *Config) SettlePrecision(fast bool) {
	switch {
	case c.Precision != "auto":
	case fast && c.Model.Path == "" && c.Reads("precision"):
		c.Precision = "bf16"
	default:
		c.Precision = "f32"
	}
}

// loraTargets are the linear maps of a block, by their checkpoint names, and the
// word for all of them.
var loraTargets = []string{"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "all-linear"}

// Validate checks what no single key can: that settings fit one another.
func (c *Config) Validate() error {
	bad := func(key, format string, args ...any) error {
		return fmt.Errorf("config %s = %s: %s", key, c.Get(key), fmt.Sprintf(format, args...))
	}
	m := c.Model
	for _, target := range c.LoRA.Targets {
		if meant := usage.Nearest(target, loraTargets); c.LoRA.R > 0 && !slices.Contains(loraTargets, target) {
			if meant != "" {
				meant = fmt.Sprintf(": did you mean %q?", meant)
			}
			return bad("lora.targets", "%q is none of %s%s", target, strings.Join(loraTargets, ", "), meant)
		}
	}
	switch {
	case c.Compat.Mode == "released" && c.Compat.Replay == "" && c.Data.File == "":
		return bad("compat.mode", "needs trajectories to train on (-model PATH -data FILE) or a recorded run to replay (-set compat.replay=DIR)")
	case c.Compat.Replay != "" && c.Compat.Dump == "":
		return bad("compat.replay", "needs a folder for its numbers: give -dump DIR")
	case c.Compat.Replay != "":
		return nil
	case c.Data.File != "" && m.Path == "":
		return bad("data.file", "stored trajectories need a model to train: give -model PATH")
	case c.Data.File != "" && c.Method == "sft":
		return bad("method", "-data trains by PPO: use ppo-step or ppo-final")
	case c.Data.File == "" && strings.HasSuffix(m.Template, react):
		return bad("model.template", "ToolBench's prompts stand in stored trajectories only: give -data FILE, or leave %s out", react)
	case c.Compat.Mode == "released" && strings.HasSuffix(m.Template, react):
		return bad("model.template", "the released trainer has toolllama, qwen2 and llama3-1 only")
	case c.Compat.Mode == "released" && c.Method != "ppo-step":
		return bad("method", "the released trainer pays the steps of the file: leave -method out")
	case c.Compat.Mode == "released" && c.LoRA.R == 0:
		return bad("lora.r", "the released trainer trains adapters, and its reference is the model without them: must be at least 1")
	case c.Compat.Mode == "released" && c.Data.Batch%8 != 0:
		return bad("data.batch", "the released trainer steps after 4 minibatches of 2 rows: must be a multiple of 8")
	case m.Path != "" && c.SFT.From != "":
		return bad("sft.from", "names the model already: leave -model out")
	case m.Path == "" && m.Dim%m.Heads != 0:
		return bad("model.heads", "must divide model.dim = %d", m.Dim)
	case m.Path == "" && m.Dim/m.Heads%2 != 0:
		return bad("model.heads", "must leave heads of even size (model.dim/model.heads is %d): rotary angles turn pairs", m.Dim/m.Heads)
	case m.Heads%m.KVHeads != 0:
		return bad("model.kv_heads", "must divide model.heads = %d", m.Heads)
	case c.Shaper() == "file" && c.Reward.File == "" && c.Data.File == "":
		return bad("reward.shaper", "needs the annotations: give -set reward.file=PATH")
	case c.Data.File == "" && c.Env.Calls <= world.LongestPlan(c.Quick):
		return bad("env.calls", "the longest solution takes %d calls and Finish: must be at least %d", world.LongestPlan(c.Quick), world.LongestPlan(c.Quick)+1)
	case c.Data.File == "" && c.PPO.Minibatches > c.PPO.Tasks*c.PPO.Samples:
		return bad("ppo.minibatches", "there are only %d episodes in an iteration", c.PPO.Tasks*c.PPO.Samples)
	case c.LoRA.R > 0 && c.Critic.Kind == "separate" && c.Method != "sft":
		return bad("critic.kind", "a model with adapters is not copied: use detached or shared, or lora.r=0")
	case c.LoRA.R > 0 && m.Path == "" && c.SFT.From == "":
		return bad("lora.r", "adapters need a model to adapt: give -model PATH or -set sft.from=RUN, or leave -lora out")
	case c.SFT.CopyEvery == 1 && c.Reads("sft.copy_every"):
		return bad("sft.copy_every", "every step would be on strings to copy, and none on demonstrations: must be 0 or at least 2 (20 is usual)")
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
