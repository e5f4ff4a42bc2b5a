package llama_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/nn/optim"
)

// Twenty steps of AdamW must follow PyTorch's: losses, norms and parameters.
func TestTrainingFollowsPyTorch(t *testing.T) {
	forEachGolden(t, "models", func(t *testing.T, dir string, g goldenCase, p precision) {
		if _, err := os.Stat(filepath.Join(dir, "curve.json")); err != nil {
			t.Skip("no curve for this model")
		}
		if p.exact() && testing.Short() {
			t.Skip("float64 takes seconds")
		}
		var c struct {
			Optimizer struct {
				Steps       int
				LR          float64
				Betas       [2]float64
				Eps         float64
				WeightDecay float64 `json:"weight_decay"`
				MaxGradNorm float64 `json:"max_grad_norm"`
			}
			Losses    []float64
			GradNorms []float64 `json:"grad_norms"`
			Tolerance map[string]float64
			Final     map[string]struct {
				Sum, AbsSum float64
				First       []float64
				Tolerance   map[string]float64
			} `json:"final_parameters"`
		}
		golden.JSON(t, filepath.Join(dir, "curve.json"), &c)
		tolerance := func(given float64) float64 {
			if p.exact() {
				return 1e-9
			}
			return given
		}
		m, err := hf.Load(dir, p.dt)
		if err != nil {
			t.Fatal(err)
		}
		params, o := nn.List(m, true), c.Optimizer
		opt := optim.NewAdamW(p.dev, params, o.Betas[0], o.Betas[1], o.Eps, o.WeightDecay)
		tape := autograd.NewTape(p.dev, p.dt)
		var losses, norms []float64
		for range o.Steps {
			losses = append(losses, lossAndGradients(m, tape, g.InputIDs))
			norm, scale := optim.ClipGradNorm(p.dev, params, o.MaxGradNorm)
			norms = append(norms, norm)
			opt.Step(o.LR, scale)
			opt.ZeroGrad()
		}
		losses = append(losses, lossAndGradients(m, tape, g.InputIDs))
		within(t, "losses", losses, c.Losses, tolerance(c.Tolerance["loss_abs"]))
		within(t, "gradient norms", norms, c.GradNorms, tolerance(c.Tolerance["grad_norm_abs"]))
		for name, param := range nn.Params(m) {
			want := c.Final[name]
			x := param.Data.Floats()
			within(t, name, x[:len(want.First)], want.First, tolerance(want.Tolerance["max_abs"]))
			sum := 0.0
			for _, v := range x {
				sum += v
			}
			within(t, name+" sum", []float64{sum}, []float64{want.Sum}, tolerance(want.Tolerance["sum_abs"]))
		}
	})
}
