package llama_test

import (
	"context"
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

func newBenchModel(b *testing.B) (*llama.Model, *cpu.Backend) {
	dev, err := cpu.New(cpu.Options{Impl: cpu.ImplFromEnv()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(dev.Close)
	m, err := llama.New(embedded(), kernels.F32)
	if err != nil {
		b.Fatal(err)
	}
	m.Init(1)
	return m, dev
}

// BenchmarkTrainStep is one step of supervised training of the embedded
// model: 15 sequences of 270 tokens, 104 of them targets; forward, backward,
// clipping, AdamW.
func BenchmarkTrainStep(b *testing.B) {
	m, dev := newBenchModel(b)
	const seqs, length, targetsEach = 15, 270, 104
	rnd := rng.New(1, "bench")
	var ids, rows, targets []int32
	var lengths []int
	for s := range seqs {
		for range length {
			ids = append(ids, int32(rnd.IntN(m.Config.VocabSize)))
		}
		for i := range targetsEach {
			rows = append(rows, int32(s*length+length-1-targetsEach+i))
			targets = append(targets, int32(rnd.IntN(m.Config.VocabSize)))
		}
		lengths = append(lengths, length)
	}
	batch, params := tensor.NewRagged(lengths...), nn.List(m, true)
	opt := optim.NewAdamW(dev, params, 0.9, 0.98, 1e-8, 0.05)
	tape := autograd.NewTape(dev, m.DType())
	seed := make([]float64, len(targets))
	for i := range seed {
		seed[i] = -1 / float64(len(seed))
	}
	step := func() {
		tape.Reset()
		logp, _ := m.LogProbs(m.ForwardRows(tape, ids, batch, rows), targets, 1)
		tape.Backward(autograd.Seed{V: logp, Grad: seed})
		_, scale := optim.ClipGradNorm(dev, params, 1)
		opt.Step(1e-4, scale)
		opt.ZeroGrad()
	}
	step()
	b.ReportAllocs()
	for b.Loop() {
		step()
	}
	b.ReportMetric(float64(len(ids)*b.N)/b.Elapsed().Seconds(), "tok/s")
}

// BenchmarkForward is the reference pass of the same batch: no gradients.
func BenchmarkForward(b *testing.B) {
	m, dev := newBenchModel(b)
	rnd := rng.New(1, "bench")
	var ids []int32
	var lengths []int
	for range 15 {
		for range 270 {
			ids = append(ids, int32(rnd.IntN(m.Config.VocabSize)))
		}
		lengths = append(lengths, 270)
	}
	batch := tensor.NewRagged(lengths...)
	tape := autograd.NewTape(dev, m.DType())
	tape.SetRecording(false)
	for b.Loop() {
		tape.Reset()
		m.Forward(tape, ids, batch, nil)
	}
	b.ReportMetric(float64(len(ids)*b.N)/b.Elapsed().Seconds(), "tok/s")
}

// BenchmarkDecodeStep samples one token for each of 256 sequences that hold
// 200 tokens when it begins.
func BenchmarkDecodeStep(b *testing.B) {
	m, dev := newBenchModel(b)
	const rows, prompt, fresh = 256, 200, 128
	e := llama.NewEngine(m, dev, llama.EngineOptions{MaxRows: rows})
	run := func(sessions []*llama.Session, maxNew int) {
		var reqs []*llama.Request
		for i, s := range sessions {
			reqs = append(reqs, &llama.Request{Session: s, MaxNew: maxNew, Temperature: 1, Rand: rng.New(1, i)})
		}
		if err := e.Run(context.Background(), reqs, func(*llama.Request, *llama.Result) *llama.Request { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	var prompts, work []*llama.Session
	for i := range rows {
		s := e.NewSession()
		feed := make([]int32, prompt)
		for j := range feed {
			feed[j] = int32((i*31 + j*7) % m.Config.VocabSize)
		}
		r := &llama.Request{Session: s, Feed: feed}
		if err := e.Run(context.Background(), []*llama.Request{r}, func(*llama.Request, *llama.Result) *llama.Request { return nil }); err != nil {
			b.Fatal(err)
		}
		prompts = append(prompts, s)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for left := b.N; left > 0; left -= fresh {
		b.StopTimer()
		for _, s := range work {
			s.Close()
		}
		work = work[:0]
		for _, s := range prompts {
			work = append(work, s.Fork())
		}
		b.StartTimer()
		run(work, min(left, fresh))
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "tok/s")
}
