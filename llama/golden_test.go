package llama_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/tensor"
)

// goldenCase is golden.json of a model or an adapter.
type goldenCase struct {
	BaseModel string    `json:"base_model"`
	InputIDs  [][]int32 `json:"input_ids"`
	Trace     int       `json:"trace_sequence"`
	Loss      float64
	GradNorm  float64 `json:"grad_norm"`
	Greedy    []struct {
		Prompt, New []int32
		Margin      float64 `json:"smallest_margin"` // of the two largest logits
	}
	Tolerance map[string]float64
}

// precision is a way to compute a golden: in float64 on the reference, where
// only the rounding of the stored numbers to float32 is allowed for, or in
// float32 on the fast backend, with the tolerances that come with the goldens.
type precision struct {
	name string
	dt   kernels.DType
	dev  kernels.Backend
}

func (p precision) exact() bool { return p.dt == kernels.F64 }

// stored is the relative size of a rounding to float32.
const stored = 1.0 / (1 << 24)

func forEachGolden(t *testing.T, kind string, f func(t *testing.T, dir string, g goldenCase, p precision)) {
	dir := golden.Kind(t, kind)
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	fast, err := cpu.New(cpu.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer fast.Close()
	for _, p := range []precision{{"f64", kernels.F64, ref.New()}, {"f32", kernels.F32, fast}} {
		for _, d := range list {
			if !d.IsDir() {
				continue
			}
			t.Run(d.Name()+"/"+p.name, func(t *testing.T) {
				var g goldenCase
				golden.JSON(t, filepath.Join(dir, d.Name(), "golden.json"), &g)
				f(t, filepath.Join(dir, d.Name()), g, p)
			})
		}
	}
}

// join lays sequences end to end, as training does; rows and targets are what
// a language model is trained on: every token but the first of each sequence.
func join(seqs [][]int32) (ids []int32, batch *tensor.Ragged, rows, targets []int32) {
	var lengths []int
	for _, s := range seqs {
		for i := range s[:len(s)-1] {
			rows = append(rows, int32(len(ids)+i))
			targets = append(targets, s[i+1])
		}
		ids = append(ids, s...)
		lengths = append(lengths, len(s))
	}
	return ids, tensor.NewRagged(lengths...), rows, targets
}

// lossAndGradients runs one training forward and backward pass: the mean
// cross-entropy of targets.
func lossAndGradients(m *llama.Model, tape *autograd.Tape, seqs [][]int32) float64 {
	ids, batch, rows, targets := join(seqs)
	tape.Reset()
	logp, _ := m.LogProbs(autograd.GatherRows(m.Forward(tape, ids, batch, nil), rows), targets, 1)
	n := float64(len(targets))
	seed := make([]float64, len(targets))
	loss := 0.0
	for i := range seed {
		seed[i] = -1 / n
		loss -= logp.Data().Buf.At(i) / n
	}
	tape.Backward(autograd.Seed{V: logp, Grad: seed})
	return loss
}

// within checks the largest absolute difference.
func within(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	at, worst := 0, 0.0
	for i := range want {
		if d := math.Abs(got[i] - want[i]); d > worst || math.IsNaN(d) {
			at, worst = i, d
		}
	}
	if !(worst <= tolerance) {
		t.Errorf("%s: off by %.3g at %d (%g, want %g), at most %.3g is allowed", what, worst, at, got[at], want[at], tolerance)
	}
	t.Logf("%s: off by %.2g, at most %.2g is allowed", what, worst, tolerance)
}

func largest(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		m = max(m, math.Abs(v))
	}
	return m
}
