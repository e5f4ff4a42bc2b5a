package llama_test

import (
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/nn/optim"
	"github.com/stepgrain/stepgrain/tensor"
)

// tiny returns a small model on the fast backend, with everything that a layer
// can have: biases, grouped heads, adapters where asked for.
func tiny(t *testing.T, compute kernels.DType, adapters bool) (*llama.Model, *cpu.Backend) {
	dev, err := cpu.New(cpu.Options{Workers: 2, Impl: cpu.ImplFromEnv()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dev.Close)
	m, err := llama.New(llama.Config{ModelType: "qwen2", VocabSize: 300, HiddenSize: 64, IntermediateSize: 96, NumHiddenLayers: 2,
		NumAttentionHeads: 4, NumKeyValueHeads: 2, HeadDim: 16, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 512, TieWordEmbeddings: true}, kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	m.Init(1)
	if adapters {
		if err := m.AddLoRA(4, 8, []string{"all-linear"}, 1); err != nil {
			t.Fatal(err)
		}
	}
	m.SetCompute(compute)
	return m, dev
}

// A whole step of training in steady state makes no garbage: forward, backward,
// clipping, AdamW, clearing.
func TestTrainingStepAllocatesNothing(t *testing.T) {
	for _, c := range []struct {
		name     string
		compute  kernels.DType
		adapters bool
	}{{"f32", kernels.F32, false}, {"bf16", kernels.BF16, false}, {"lora", kernels.F32, true}} {
		t.Run(c.name, func(t *testing.T) {
			m, dev := tiny(t, c.compute, c.adapters)
			var ids, rows, targets []int32
			for i := range int32(3 * 70) {
				ids = append(ids, i*7%300)
				if i%3 == 0 {
					rows, targets = append(rows, i), append(targets, i*11%300)
				}
			}
			seed := make([]float64, len(rows))
			for i := range seed {
				seed[i] = -1 / float64(len(seed))
			}
			batch, params := tensor.NewRagged(70, 70, 70), nn.List(m, true)
			opt := optim.NewAdamW(dev, params, .9, .98, 1e-8, .05)
			tape := autograd.NewTape(dev, m.DType())
			step := func() {
				tape.Reset()
				logp, _ := m.LogProbs(m.ForwardRows(tape, ids, batch, rows), targets, 1)
				tape.Backward(autograd.Seed{V: logp, Grad: seed})
				_, scale := optim.ClipGradNorm(dev, params, 1)
				opt.Step(1e-4, scale)
				opt.ZeroGrad()
			}
			step()
			if n := testing.AllocsPerRun(10, step); n > 0 {
				t.Errorf("%v allocations in a step", n)
			}
		})
	}
}

// A decode step makes no garbage. What grows with the answer, the pages of the
// cache and the slices of the result, does so when a power of two or a page is
// full: between tokens 140 and 180 nothing is.
func TestDecodeStepAllocatesNothing(t *testing.T) {
	m, dev := tiny(t, kernels.F32, true)
	e := llama.NewEngine(m, dev, llama.EngineOptions{MaxRows: 8})
	var reqs []*llama.Request
	for i := range 8 {
		reqs = append(reqs, &llama.Request{Session: e.NewSession(), Feed: []int32{1, 2, 3}, MaxNew: 200, Temperature: float64(i % 3), TopK: i % 4, Rand: rng.New(1, i)})
	}
	// The count is of the whole process, in which the end of earlier tests may
	// still be at work: one of four stretches of ten steps must be clean.
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var now runtime.MemStats
	tokens, start, last, least := 0, uint64(0), uint64(0), uint64(math.MaxUint64)
	reqs[0].OnToken = func(int32, float32) bool {
		if tokens++; tokens >= 140 && tokens <= 180 && tokens%10 == 0 {
			runtime.ReadMemStats(&now)
			if tokens == 140 {
				start = now.Mallocs
			} else {
				least = min(least, now.Mallocs-last)
			}
			last = now.Mallocs
		}
		return true
	}
	runtime.ReadMemStats(&now)
	count := now.Mallocs
	if err := e.Run(context.Background(), reqs, func(*llama.Request, *llama.Result) *llama.Request { return nil }); err != nil {
		t.Fatal(err)
	}
	if start == count {
		t.Error("the first tokens allocate something: the count does not count")
	}
	if least > 0 {
		t.Errorf("ten steps make %d allocations", least)
	}
}
