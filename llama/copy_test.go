package llama_test

import (
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/nn/optim"
)

// embedded is the model of the embedded tool world: 0.54 M parameters.
func embedded() llama.Config {
	return llama.Config{ModelType: "llama", VocabSize: 1024, HiddenSize: 96, IntermediateSize: 256, NumHiddenLayers: 4,
		NumAttentionHeads: 3, NumKeyValueHeads: 3, HeadDim: 32, RMSNormEps: 1e-5, RopeTheta: 1e4,
		MaxPositionEmbeddings: 640, TieWordEmbeddings: true}
}

// trainCopy trains on the copy task for so many steps, or until the accuracy on
// fresh batches reaches want, and returns it with the tokens seen.
func trainCopy(t *testing.T, m *llama.Model, dev kernels.Backend, steps int, want float64) (accuracy float64, tokens int) {
	t.Helper()
	task, params := llama.NewCopyTask(16, m.Config.VocabSize), nn.List(m, true)
	opt := optim.NewAdamW(dev, params, 0.9, 0.98, 1e-8, 0.05)
	rate := optim.WarmupCosine{Peak: 2.5e-3, WarmupSteps: 10, TotalSteps: steps, FinalFraction: 0.1}
	tape := autograd.NewTape(dev, m.DType())
	for step := range steps {
		b := task.Batch(rng.New(1, "copy", step), 2350)
		tokens += len(b.IDs)
		tape.Reset()
		logp, _ := m.LogProbs(m.ForwardRows(tape, b.IDs, b.Layout, b.Rows), b.Targets, 1)
		seed := make([]float64, len(b.Targets))
		for i := range seed {
			seed[i] = -1 / float64(len(seed))
		}
		tape.Backward(autograd.Seed{V: logp, Grad: seed})
		_, scale := optim.ClipGradNorm(dev, params, 1)
		opt.Step(rate.LR(step), scale)
		opt.ZeroGrad()
		if (step+1)%20 == 0 {
			accuracy = copyAccuracy(m, dev, task)
			t.Logf("step %d, %d tokens: accuracy %.3f", step+1, tokens, accuracy)
			if accuracy >= want {
				break
			}
		}
	}
	return accuracy, tokens
}

func copyAccuracy(m *llama.Model, dev kernels.Backend, task llama.CopyTask) float64 {
	tape := autograd.NewTape(dev, m.DType())
	tape.SetRecording(false)
	b := task.Batch(rng.New(2, "held out"), 6000)
	h := autograd.GatherRows(m.Forward(tape, b.IDs, b.Layout, nil), b.Rows)
	ids := make([]int32, len(b.Rows))
	dev.ArgMax(ids, m.Logits(h).Data().Buf, len(ids), m.Config.VocabSize)
	right := 0
	for i, id := range ids {
		if id == b.Targets[i] {
			right++
		}
	}
	return float64(right) / float64(len(ids))
}

// The gate that every run of the embedded world depends on: names can be
// copied from the context after 0.3 M tokens.
func TestCopyInitialisationLearnsToCopy(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for seconds")
	}
	dev, err := cpu.New(cpu.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	cfg := embedded()
	cfg.NumHiddenLayers = 2 // those that hold the heads; the test is quicker for it
	m, err := llama.New(cfg, kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.InitCopy(1); err != nil {
		t.Fatal(err)
	}
	accuracy, tokens := trainCopy(t, m, dev, 120, 0.98)
	if tokens > 300_000 || accuracy < 0.98 {
		t.Errorf("accuracy %.3f after %d tokens, want 0.98 within 300,000", accuracy, tokens)
	}
}
