package llama_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/nn"
)

func TestAdaptersAgreeWithPEFT(t *testing.T) {
	forEachGolden(t, "lora", func(t *testing.T, dir string, g goldenCase, p precision) {
		m, err := hf.Load(filepath.Join(dir, "..", "..", "models", g.BaseModel), p.dt)
		if err != nil {
			t.Fatal(err)
		}
		tape := autograd.NewTape(p.dev, p.dt)
		base := allLogits(m, tape, g)
		if err := hf.LoadAdapter(m, dir); err != nil {
			t.Fatal(err)
		}
		file := golden.Read(t, filepath.Join(dir, "golden.safetensors"))
		tolerance := func(kind string, want []float64) float64 {
			switch given := g.Tolerance[kind]; {
			case p.exact():
				return 1.01 * stored * largest(want)
			case kind == "grad_rel_to_tensor_max":
				return given * largest(want)
			default:
				return given
			}
		}
		compare := func(what, kind string, logits [][]float64) {
			for n, got := range logits {
				want := file.Float(fmt.Sprintf("%s.%d", what, n))
				within(t, fmt.Sprintf("%s.%d", what, n), got, want, tolerance(kind, want))
			}
		}
		compare("logits", "logits_max_abs", allLogits(m, tape, g))

		loss := lossAndGradients(m, tape, g.InputIDs)
		if p.exact() {
			g.Tolerance["loss_abs"] = 1e-12
		}
		within(t, "loss", []float64{loss}, []float64{g.Loss}, g.Tolerance["loss_abs"])
		trained := 0
		for name, param := range nn.Params(m) {
			if !strings.Contains(name, ".lora_") {
				if param.Trainable || param.Grad != nil {
					t.Errorf("%s of the base model is trained", name)
				}
				continue
			}
			trained++
			want := file.Float("grad.base_model.model." + name)
			within(t, "grad."+name, param.Grad.Floats(), want, tolerance("grad_rel_to_tensor_max", want))
		}
		if trained == 0 {
			t.Error("no adapter was loaded")
		}
		greedyMatches(t, m, p, g)

		m.SetAdapters(false)
		for n, got := range allLogits(m, tape, g) {
			within(t, "logits with adapters off", got, base[n], 0)
		}
		m.SetAdapters(true)
		m.Merge()
		if m.HasAdapters() {
			t.Error("adapters are left after Merge")
		}
		if !p.exact() { // the stored weights were rounded to float32 before this forward
			compare("merged_logits", "merged_logits_max_abs", allLogits(m, tape, g))
		}
		for name, param := range nn.Params(m) {
			if merged := "merged." + name; file.Has(merged) {
				want := file.Float(merged)
				within(t, merged, param.Data.Floats(), want, tolerance("merged_weight_max_abs", want))
			}
		}
	})
}

// allLogits returns the logits of every sequence of the golden's batch.
func allLogits(m *llama.Model, tape *autograd.Tape, g goldenCase) [][]float64 {
	ids, batch, _, _ := join(g.InputIDs)
	tape.Reset()
	logits := m.Logits(m.Forward(tape, ids, batch, nil)).Data().Floats()
	var out [][]float64
	for _, s := range batch.Seqs {
		out = append(out, logits[int(s.Q0)*m.Config.VocabSize:int(s.Q0+s.Qn)*m.Config.VocabSize])
	}
	return out
}
