package llama_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/nn"
)

func TestModelsAgreeWithTransformers(t *testing.T) {
	forEachGolden(t, "models", func(t *testing.T, dir string, g goldenCase, p precision) {
		m, err := hf.Load(dir, p.dt)
		if err != nil {
			t.Fatal(err)
		}
		file := golden.Read(t, filepath.Join(dir, "golden.safetensors"))
		check := func(name string, got []float64, kind string) {
			t.Helper()
			want := file.Float(name)
			tolerance := g.Tolerance[kind]
			switch {
			case p.exact():
				tolerance = 1.01 * stored * largest(want)
			case kind == "grad_rel_to_tensor_max":
				tolerance *= largest(want)
			}
			within(t, name, got, want, tolerance)
		}

		tape := autograd.NewTape(p.dev, p.dt)
		forwardMatches(t, m, tape, g, check)

		loss := lossAndGradients(m, tape, g.InputIDs)
		lossTolerance := g.Tolerance["loss_abs"]
		if p.exact() {
			lossTolerance = 1e-12
		}
		within(t, "loss", []float64{loss}, []float64{g.Loss}, lossTolerance)
		for name, param := range nn.Params(m) {
			check("grad."+name, param.Grad.Floats(), "grad_rel_to_tensor_max")
		}
		greedyMatches(t, m, p, g)
	})
}

// forwardMatches compares everything that the forward pass of the whole batch
// makes: hidden states, the inside of layer 0, logits, log-probabilities, entropy.
func forwardMatches(t *testing.T, m *llama.Model, tape *autograd.Tape, g goldenCase, check func(string, []float64, string)) {
	ids, batch, _, _ := join(g.InputIDs)
	seq := batch.Seqs[g.Trace]
	names := map[llama.Point]string{
		llama.AttnNorm: "attn_norm", llama.QueryRoPE: "q_rope", llama.KeyRoPE: "k_rope", llama.Value: "v",
		llama.AttnContext: "attn_context", llama.AttnOut: "attn_out", llama.MLPNorm: "mlp_norm", llama.MLPOut: "mlp_out",
	}
	seen := 0
	m.Probe = func(layer int, point llama.Point, v *autograd.Value) {
		name := fmt.Sprintf("hidden.%d", layer+1)
		switch {
		case point != llama.Residual && layer != 0:
			return
		case point != llama.Residual:
			name = "layer0." + names[point]
		case layer == m.Config.NumHiddenLayers:
			name = "hidden.final"
		}
		width := v.Data().Cols()
		x := v.Data().Floats()[int(seq.Q0)*width : int(seq.Q0+seq.Qn)*width]
		check(name, x, "hidden_max_abs")
		seen++
	}
	tape.Reset()
	h := m.Forward(tape, ids, batch, nil)
	m.Probe = nil
	if want := m.Config.NumHiddenLayers + 2 + len(names); seen != want {
		t.Errorf("the probe saw %d values, want %d", seen, want)
	}

	vocab := m.Config.VocabSize
	logits := m.Logits(h).Data().Floats()
	next := append(slices.Clone(ids[1:]), 0)
	logp, entropy := m.LogProbs(h, next, 1)
	for n, s := range batch.Seqs {
		from, to := int(s.Q0), int(s.Q0+s.Qn)
		check(fmt.Sprintf("logits.%d", n), logits[from*vocab:to*vocab], "logits_max_abs")
		check(fmt.Sprintf("entropy.%d", n), entropy.Data().Floats()[from:to], "logprobs_max_abs")
		if s.Qn > 1 {
			check(fmt.Sprintf("logprobs.%d", n), logp.Data().Floats()[from:to-1], "logprobs_max_abs")
		}
	}
}

// greedyMatches continues the golden's prompts with the engine.
func greedyMatches(t *testing.T, m *llama.Model, p precision, g goldenCase) {
	e := llama.NewEngine(m, p.dev, llama.EngineOptions{})
	var reqs []*llama.Request
	for i, c := range g.Greedy {
		if !p.exact() && c.Margin < 2*g.Tolerance["logits_max_abs"] {
			continue // another correct implementation may go another way
		}
		reqs = append(reqs, &llama.Request{Session: e.NewSession(), Feed: c.Prompt, MaxNew: len(c.New), Tag: i})
	}
	err := e.Run(t.Context(), reqs, func(r *llama.Request, res *llama.Result) *llama.Request {
		if want := g.Greedy[r.Tag.(int)].New; !slices.Equal(res.IDs, want) {
			t.Errorf("greedy continuation %d: %v, want %v", r.Tag, res.IDs, want)
		}
		for _, lp := range res.LogProbs {
			if !(lp <= 0) || math.IsInf(float64(lp), 0) {
				t.Errorf("greedy log-probability %g", lp)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
