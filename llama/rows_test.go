package llama_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/tensor"
)

// someRows are the rows of a batch of 70 and 9 tokens that a loss reads: some
// in a run, some alone, one twice, the last.
var someRows = []int32{0, 3, 4, 5, 6, 31, 69, 70, 72, 72, 78}

// The hidden states of some rows have the bits that they have among all.
func TestForwardRowsHasTheBitsOfForward(t *testing.T) {
	dev, err := cpu.New(cpu.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	for name, cfg := range exactConfigs() {
		m := newExactModel(t, cfg)
		ids, batch := randomIDs(79, cfg.VocabSize, 1), tensor.NewRagged(70, 9)
		for _, recompute := range []bool{false, true} {
			for _, l := range m.Layers {
				l.Recompute = recompute
			}
			tape := autograd.NewTape(dev, kernels.F32)
			all := slices.Clone(m.Forward(tape, ids, batch, nil).Data().Floats())
			some := m.ForwardRows(tape, ids, batch, someRows).Data()
			if some.Rows() != len(someRows) || some.Cols() != cfg.HiddenSize {
				t.Fatalf("%s: shape %v", name, some.Shape)
			}
			for i, r := range someRows {
				want := all[int(r)*cfg.HiddenSize:][:cfg.HiddenSize]
				if got := some.Floats()[i*cfg.HiddenSize:][:cfg.HiddenSize]; !slices.Equal(got, want) {
					t.Fatalf("%s: row %d differs", name, r)
				}
			}
		}
	}
}

// A loss on some rows has the same gradient either way.
func TestForwardRowsGradient(t *testing.T) {
	dev := ref.New()
	for name, cfg := range exactConfigs() {
		m, err := llama.New(cfg, kernels.F64)
		if err != nil {
			t.Fatal(err)
		}
		m.Init(3)
		ids, batch := randomIDs(79, cfg.VocabSize, 1), tensor.NewRagged(70, 9)
		targets := randomIDs(len(someRows), cfg.VocabSize, 2)
		gradients := func(rows bool) (out [][]float64) {
			for _, p := range nn.Params(m) {
				p.ZeroGrad()
			}
			tape := autograd.NewTape(dev, kernels.F64)
			var logp *autograd.Value
			if rows {
				logp, _ = m.LogProbs(m.ForwardRows(tape, ids, batch, someRows), targets, 1)
			} else {
				logp, _ = m.LogProbs(autograd.GatherRows(m.Forward(tape, ids, batch, nil), someRows), targets, 1)
			}
			seed := make([]float64, len(someRows))
			for i := range seed {
				seed[i] = float64(i%4) - 1.2
			}
			tape.Backward(autograd.Seed{V: logp, Grad: seed})
			for _, p := range nn.Params(m) {
				out = append(out, slices.Clone(p.Grad.Floats()))
			}
			return out
		}
		want, got := gradients(false), gradients(true)
		for i := range want {
			largest := 0.0
			for _, x := range want[i] {
				largest = max(largest, math.Abs(x))
			}
			if largest == 0 {
				t.Fatalf("%s: parameter %d has no gradient: nothing was compared", name, i)
			}
			for j, x := range want[i] {
				if d := math.Abs(got[i][j] - x); d > 1e-12*largest {
					t.Fatalf("%s: parameter %d, element %d: %g, and %g with all rows", name, i, j, got[i][j], x)
				}
			}
		}
	}
}
