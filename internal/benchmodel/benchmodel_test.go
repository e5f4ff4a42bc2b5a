package benchmodel

import (
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/nn"
)

func device(t testing.TB) *cpu.Backend {
	dev, err := cpu.New(cpu.Options{Impl: cpu.ImplFromEnv()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dev.Close)
	return dev
}

// The trajectories are those of the Python program, which prints 10852 tokens.
func TestTrajectories(t *testing.T) {
	n := 0
	for _, e := range trajectories(16) {
		n += len(e.Tokens)
		if err := e.Validate(); err != nil {
			t.Error(err)
		}
	}
	if n != 10852 {
		t.Errorf("%d tokens, want 10852", n)
	}
}

// The model is as large as the one of the Python program, whose map to the
// vocabulary has weights of its own.
func TestTenMillion(t *testing.T) {
	m, err := New(Ten(), kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, p := range nn.Params(m) {
		n += p.Data.Len()
	}
	if n != 10_059_840 {
		t.Errorf("%d parameters, want 10059840", n)
	}
}

// Before training, every token of the vocabulary is about as probable; after a
// few steps on one batch the loss is lower.
func TestTrainStepLearns(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	s, err := NewTrainStep(device(t), 512, kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	s.Step()
	first := s.Loss
	if math.Abs(first-math.Log(512)) > .3 {
		t.Errorf("first loss %.3f, want about ln 512 = %.3f", first, math.Log(512))
	}
	for range 4 {
		s.Step()
	}
	if s.Loss > first-.1 {
		t.Errorf("loss %.3f after five steps, %.3f at first", s.Loss, first)
	}
}

func BenchmarkTrainStep(b *testing.B) {
	for name, vocab := range map[string]int{"V4096": 4096, "V32000": 32000} {
		for compute, dt := range map[string]kernels.DType{"f32": kernels.F32, "bf16": kernels.BF16} {
			b.Run(name+"/"+compute, func(b *testing.B) {
				s, err := NewTrainStep(device(b), vocab, dt)
				if err != nil {
					b.Fatal(err)
				}
				s.Step()
				b.ReportAllocs()
				for b.Loop() {
					s.Step()
				}
				b.ReportMetric(float64(s.Tokens*b.N)/b.Elapsed().Seconds(), "tok/s")
				b.ReportMetric(s.Flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

func BenchmarkPPOIteration(b *testing.B) {
	p, err := NewPPOIteration(device(b), 16, kernels.F32)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Run(); err != nil {
			b.Fatal(err)
		}
	}
}
