package ppo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/ppo/baseline/sft"
	"github.com/stepgrain/stepgrain/ppo/internal/toy"
	"github.com/stepgrain/stepgrain/tensor"
	"github.com/stepgrain/stepgrain/toolenv"
)

var renderer = toy.Renderer()

func device(t testing.TB, workers int) kernels.Backend {
	t.Helper()
	dev, err := cpu.New(cpu.Options{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dev.Close)
	return dev
}

var apprentice = sync.OnceValue(func() *llama.Model {
	dev, err := cpu.New(cpu.Options{Workers: 2})
	if err != nil {
		panic(err)
	}
	defer dev.Close()
	m := toy.Model(renderer, kernels.F32, 32, 1)
	cfg := sft.DefaultConfig()
	cfg.Tokens, cfg.Batch, cfg.LR, cfg.CopySteps, cfg.CopyEvery = 300000, 600, 5e-3, 0, 0
	s, err := sft.New(m, dev, cfg, 1, 1)
	if err != nil {
		panic(err)
	}
	for !s.Done() {
		if _, err := s.Step(demonstration); err != nil {
			panic(err)
		}
	}
	return m
})

// demonstration has the layout right and the calls of another task, so that
// imitation leaves something to learn.
func demonstration(i int) (*sft.Example, error) {
	demo, other := toy.Demo(i, false), toy.Demo(i*7+i/5, false)
	for k := range demo.Turns {
		demo.Turns[k].Action = other.Turns[k].Action
	}
	return sft.FromTrajectory(renderer, demo, limits)
}

// imitator returns a copy of a model that learned the layout from demonstrations.
func imitator(t testing.TB) *llama.Model {
	t.Helper()
	m := toy.Model(renderer, kernels.F32, 32, 1)
	to := nn.List(m, false)
	for i, p := range nn.List(apprentice(), false) {
		tensor.Copy(to[i].Data.Buf, p.Data.Buf)
		to[i].Changed()
	}
	return m
}

var limits = chat.Limits{Tokens: 160, Action: 40}

// play returns a trainer and an on-policy source for a model.
func play(t testing.TB, m *llama.Model, dev kernels.Backend, cfg ppo.Config) (*ppo.Trainer, *ppo.Rollout) {
	t.Helper()
	trainer, err := ppo.NewTrainer(m, dev, cfg, 3)
	if err != nil {
		t.Fatal(err)
	}
	engine := llama.NewEngine(m, dev, llama.EngineOptions{})
	trainer.Attach(engine)
	return trainer, &ppo.Rollout{
		Policy: &ppo.ModelPolicy{Engine: engine, Renderer: renderer, Temperature: cfg.Temperature, MaxAction: 24},
		Tasks:  8, Samples: 4, Seed: 5,
		Env:   func(it, k int) toolenv.Env { return toy.New(it*16 + k) },
		Shape: toy.Shape,
	}
}

func iterate(t testing.TB, trainer *ppo.Trainer, src ppo.Source) *ppo.Report {
	t.Helper()
	r, err := trainer.Iterate(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func weights(m *llama.Model) []float64 {
	var out []float64
	for _, p := range nn.Params(m) {
		out = append(out, p.Data.Floats()...)
	}
	return out
}

func config(change func(*ppo.Config)) ppo.Config {
	c := ppo.DefaultConfig()
	c.LR, c.Warmup, c.CriticFirst = 1e-3, 0, 0
	if change != nil {
		change(&c)
	}
	return c
}

// What was sampled is what is trained: the first ratio of every token is 1, and
// values reported while sampling are those of the training forward.
func TestFirstRatioIsOne(t *testing.T) {
	for _, c := range []struct {
		name    string
		workers int
		lora    bool
		change  func(*ppo.Config)
	}{
		{"detached", 1, false, nil},
		{"three workers, small pieces", 3, false, func(c *ppo.Config) { c.MicroTokens = 100 }},
		{"temperature", 2, false, func(c *ppo.Config) { c.Temperature = .7 }},
		{"shared critic, adapters", 2, true, func(c *ppo.Config) { c.Critic.Kind = "shared"; c.Accumulate = 2 }},
		{"separate critic", 2, false, func(c *ppo.Config) { c.Critic.Kind = "separate" }},
		{"bf16", 2, false, nil},
		{"bf16, separate critic", 3, false, func(c *ppo.Config) { c.Critic.Kind = "separate"; c.MicroTokens = 100 }},
		{"bf16, adapters", 2, true, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dev := device(t, c.workers)
			m := imitator(t)
			if strings.HasPrefix(c.name, "bf16") {
				m.SetCompute(kernels.BF16)
			}
			if c.lora {
				if err := m.AddLoRA(4, 8, []string{"all-linear"}, 1); err != nil {
					t.Fatal(err)
				}
			}
			trainer, src := play(t, m, dev, config(c.change))
			for range 3 {
				r := iterate(t, trainer, src)
				if r.RatioChecks == 0 || r.RatioViolations != 0 {
					t.Fatalf("iteration %d: %d of %d tokens have a ratio other than 1", r.Iteration, r.RatioViolations, r.RatioChecks)
				}
				if r.Updates == 0 || !(r.GradNorm > 0) {
					t.Fatalf("no step was taken: %+v", r)
				}
			}
			if trainer.Counters.RatioChecks == 0 || trainer.Counters.RatioViolations != 0 {
				t.Fatalf("counters %+v", trainer.Counters)
			}
		})
	}
}

// The values that the engine reports are those that a forward pass gives.
func TestRolloutValuesAreTrainingValues(t *testing.T) {
	dev := device(t, 2)
	m := imitator(t)
	trainer, src := play(t, m, dev, config(nil))
	iterate(t, trainer, src) // so that the critic says something
	episodes, err := src.Episodes(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	sampled := make([][]float64, len(episodes))
	varied := false
	for i, e := range episodes {
		sampled[i] = e.Values
		for k, v := range e.Values {
			varied = varied || v != 0 && e.Turn[k] >= 0
		}
		e.Values = nil
	}
	again, err := ppo.Pack(episodes)
	if err != nil {
		t.Fatal(err)
	}
	trainer.Behaviour(again)
	j := 0
	for i, e := range episodes {
		for k, u := range e.Turn {
			if u < 0 {
				continue
			}
			if again.Value[j] != sampled[i][k] {
				t.Fatalf("episode %d token %d: value %g when sampled, %g in training", i, k, sampled[i][k], again.Value[j])
			}
			j++
		}
	}
	if !varied {
		t.Error("the critic says 0 everywhere: nothing was compared")
	}
}

// The policy learns which tool is right. The rate is one at which every
// implementation of the kernels more than doubles the return: they differ in the
// last bits, and after some iterations in everything.
func TestLearns(t *testing.T) {
	if testing.Short() {
		t.Skip("half a minute without vector instructions: left out with -short")
	}
	for _, kind := range []string{"detached", "shared"} {
		t.Run(kind, func(t *testing.T) {
			dev := device(t, 2)
			m := imitator(t)
			trainer, src := play(t, m, dev, config(func(c *ppo.Config) { c.Critic.Kind, c.CriticFirst, c.LR = kind, 1, 3.5e-4 }))
			src.Tasks = 16
			var first, last float64
			const iterations = 28
			for it := range iterations {
				r := iterate(t, trainer, src)
				if it < 3 {
					first += r.Return / 3
				}
				if it >= iterations-3 {
					last += r.Return / 3
				}
			}
			t.Logf("mean return %.2f, after %d iterations %.2f", first, iterations, last)
			if last < first+.2 {
				t.Errorf("mean return %.2f, after %d iterations %.2f: nothing was learned", first, iterations, last)
			}
		})
	}
}

// A run that is interrupted after any iteration and restored goes on with the
// same bits, and so does one with another number of workers.
func TestRestore(t *testing.T) {
	for _, change := range []func(*ppo.Config){
		nil,
		func(c *ppo.Config) {
			c.Critic.Kind = "separate"
			c.KLController = "adaptive"
			c.KLTarget = .1
			c.KLHorizon = 100
		},
		func(c *ppo.Config) { c.Critic.Kind = "shared"; c.GAE = "include" },
	} {
		cfg := config(change)
		start := func(workers int) (*llama.Model, *ppo.Trainer, *ppo.Rollout) {
			dev := device(t, workers)
			m := imitator(t)
			trainer, src := play(t, m, dev, cfg)
			return m, trainer, src
		}
		whole, trainer, src := start(2)
		for range 4 {
			iterate(t, trainer, src)
		}
		_, trainer, src = start(1)
		for range 2 {
			iterate(t, trainer, src)
		}
		state, err := trainer.State()
		if err != nil {
			t.Fatal(err)
		}
		tensors := map[string]*tensor.Tensor{}
		for _, x := range state.Tensors {
			if tensors[x.Name] != nil {
				t.Fatalf("the state has two tensors %q", x.Name)
			}
			tensors[x.Name] = x.Data
		}
		m, resumed, src := start(3)
		if err := resumed.Restore(state.JSON, func(name string) *tensor.Tensor { return tensors[name] }); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			iterate(t, resumed, src)
		}
		if resumed.Iteration != 4 || !slices.Equal(weights(m), weights(whole)) {
			t.Errorf("%s critic: the resumed run differs", cfg.Critic.Kind)
		}
		if err := resumed.Restore(state.JSON, func(string) *tensor.Tensor { return nil }); err == nil {
			t.Error("a state without tensors is accepted")
		}
	}
}

// Where nothing is to be learned about the policy it keeps its bits, and the
// critic still learns.
func TestPolicyLeftAlone(t *testing.T) {
	for _, kind := range []string{"detached", "shared", "separate"} {
		for name, change := range map[string]func(c *ppo.Config, r *ppo.Rollout){
			"critic first": func(c *ppo.Config, r *ppo.Rollout) { c.CriticFirst = 1 },
			"dead batch": func(c *ppo.Config, r *ppo.Rollout) {
				r.Shape = func(tr *toolenv.Trajectory) {
					tr.Turns[0].Rewards = []toolenv.Component{{Name: "Contribution", Value: 1, Source: "test"}}
				}
			},
		} {
			dev := device(t, 2)
			m := imitator(t)
			cfg := config(func(c *ppo.Config) { c.Critic.Kind = kind; c.Aggregate = ppo.TurnMean })
			change(&cfg, &ppo.Rollout{})
			trainer, src := play(t, m, dev, cfg)
			change(&cfg, src)
			before := weights(m)
			critic := fmt.Sprint(nn.List(trainer.Critic.Head(), false)[0].Data.Floats())
			r := iterate(t, trainer, src)
			if !r.CriticOnly || r.Updates != 0 || !slices.Equal(before, weights(m)) {
				t.Errorf("%s, %s: the policy changed (%+v)", kind, name, r)
			}
			if r.RatioChecks == 0 || r.RatioViolations != 0 || r.Entropy <= 0 {
				t.Errorf("%s, %s: %d ratios checked, %d violations, entropy %g: a policy that is left alone is still reported", kind, name, r.RatioChecks, r.RatioViolations, r.Entropy)
			}
			last := nn.List(trainer.Critic.Head(), false)
			after := 0.0
			for _, p := range last {
				for _, x := range p.Data.Floats() {
					after += math.Abs(x)
				}
			}
			if fmt.Sprint(last[0].Data.Floats()) == critic || after == 0 {
				t.Errorf("%s, %s: the critic did not learn", kind, name)
			}
			var kept []float64
			for _, e := range r.Learned {
				for i, u := range e.Turn {
					if u >= 0 {
						kept = append(kept, e.Advantages[i])
					}
				}
			}
			if white := math.Abs(ppo.Variance(kept)-1) < .1; white == r.Dead {
				t.Errorf("%s, %s: the recorded advantages have variance %g, %g before whitening", kind, name, ppo.Variance(kept), r.AdvantageVar)
			}
			if r.Dead != (name == "dead batch") {
				t.Errorf("%s, %s: dead %v", kind, name, r.Dead)
			}
		}
	}
}

// A detached critic that goes over the states more often explains more of the
// returns; the policy's first iteration is not touched by it.
func TestMorePassesOfTheCritic(t *testing.T) {
	explained := map[int]float64{}
	for _, epochs := range []int{0, 20} {
		m := imitator(t)
		trainer, src := play(t, m, device(t, 2), config(func(c *ppo.Config) {
			c.LR, c.Critic.Epochs, c.Critic.ValueClip = 0, epochs, 0
		}))
		for range 4 {
			explained[epochs] = iterate(t, trainer, src).Explained
		}
	}
	if explained[20] < explained[0] {
		t.Errorf("explained variance %.3f, with more passes %.3f", explained[0], explained[20])
	}
}

// Every setting that names a variant runs and learns something.
func TestVariants(t *testing.T) {
	dev := device(t, 2)
	variants := map[string]func(*ppo.Config){
		"full KL":      func(c *ppo.Config) { c.KLEstimator = ppo.KLFull },
		"KL in loss":   func(c *ppo.Config) { c.KL, c.KLEstimator = "loss", ppo.KL3Straight },
		"no KL":        func(c *ppo.Config) { c.KL = "none" },
		"entropy":      func(c *ppo.Config) { c.Entropy = .01 },
		"early stop":   func(c *ppo.Config) { c.TargetKL = 1e-9 },
		"ratio guard":  func(c *ppo.Config) { c.MaxRatio = 1e-9 },
		"old current":  func(c *ppo.Config) { c.Old = "current" },
		"scale only":   func(c *ppo.Config) { c.Whiten = ppo.ScaleOnly },
		"constant":     func(c *ppo.Config) { c.Aggregate = ppo.Constant },
		"no whitening": func(c *ppo.Config) { c.Whiten = ppo.NoWhiten },
	}
	for _, g := range ppo.GAENames() {
		variants["GAE "+g] = func(c *ppo.Config) { c.SetGAE(g) }
	}
	for name, change := range variants {
		t.Run(name, func(t *testing.T) {
			m := imitator(t)
			before := weights(m)
			trainer, src := play(t, m, dev, config(change))
			r := iterate(t, trainer, src)
			text, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			if r.RatioViolations != 0 || r.RatioChecks == 0 {
				t.Errorf("ratio: %d of %d", r.RatioViolations, r.RatioChecks)
			}
			changed := !slices.Equal(before, weights(m))
			switch name {
			case "ratio guard":
				if changed || r.SkippedSteps == 0 {
					t.Errorf("a guarded step was taken: %s", text)
				}
			case "early stop":
				if !r.EarlyStop || r.Updates != 1 {
					t.Errorf("the epochs went on: %s", text)
				}
			default:
				if !changed {
					t.Errorf("nothing was learned: %s", text)
				}
			}
		})
	}
}

// An episode that the context cuts off is bootstrapped; its last value is not
// taken for the end.
func TestTruncatedEpisodeBootstraps(t *testing.T) {
	dev := device(t, 2)
	m := imitator(t)
	trainer, src := play(t, m, dev, config(func(c *ppo.Config) { c.KL = "none" }))
	iterate(t, trainer, src)
	episodes, err := src.Episodes(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	episodes[0].Truncated = true
	b, err := ppo.Pack(episodes)
	if err != nil {
		t.Fatal(err)
	}
	trainer.Behaviour(b)
	if b.Rows[0].Bootstrap == 0 || b.Rows[1].Bootstrap != 0 {
		t.Errorf("bootstrap values %g and %g: the first episode is cut off, the second has ended", b.Rows[0].Bootstrap, b.Rows[1].Bootstrap)
	}
}
