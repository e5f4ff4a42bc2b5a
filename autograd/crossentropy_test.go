package autograd_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/autograd/gradcheck"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/tensor"
)

// gradcheck seeds the loss with a random number: the gradient that arrives is
// not 1, so the gradients are scaled.
func TestCrossEntropyGradient(t *testing.T) {
	targets, weights := []int32{2, 0, 5, 5}, []float64{0.3, 1.7, -0.4, 0}
	head, fixed := param("head", 6, 5), param("fixed", 6, 5)
	fixed.Trainable = false
	for name, c := range map[string]gradcheck.Case{
		"CrossEntropy": {Params: []*autograd.Param{head}, Inputs: []*tensor.Tensor{f64("x", 4, 5)}, F: func(_ *tape, in values) values {
			loss, _ := autograd.CrossEntropy(in[0], head, targets, weights, 1/0.7)
			return values{loss}
		}},
		"fixed head": {Params: []*autograd.Param{fixed}, Inputs: []*tensor.Tensor{f64("x", 4, 5)}, F: func(_ *tape, in values) values {
			loss, _ := autograd.CrossEntropy(in[0], fixed, targets, weights, 1)
			return values{loss}
		}},
		"fixed x": {Params: []*autograd.Param{head}, F: func(t *tape, _ values) values {
			loss, _ := autograd.CrossEntropy(t.Constant(f64("x", 4, 5)), head, targets, weights, 2)
			return values{loss}
		}},
		"two losses in a sum, of one x": {Params: []*autograd.Param{head}, Inputs: []*tensor.Tensor{f64("x", 4, 5)}, F: func(_ *tape, in values) values {
			a, _ := autograd.CrossEntropy(in[0], head, targets, weights, 1)
			b, _ := autograd.CrossEntropy(in[0], head, []int32{1, 1, 0, 3}, weights, 1/0.7)
			return values{autograd.Add(a, b), a, in[0]}
		}},
		"in a checkpoint": {Params: []*autograd.Param{head}, Inputs: []*tensor.Tensor{f64("x", 4, 5)}, F: func(t *tape, in values) values {
			return autograd.Checkpoint(t, in, func(in values) values {
				loss, _ := autograd.CrossEntropy(autograd.ReLU(in[0]), head, targets, weights, 1)
				return values{loss}
			})
		}},
	} {
		t.Run(name, func(t *testing.T) { gradcheck.Check(t, c) })
	}
}

// CrossEntropy has the log-probabilities of LogProb, to the bit, and its
// gradients, for rows in several pieces; further backward passes add as much.
func TestCrossEntropyIsLogProbWithWeights(t *testing.T) {
	const rows, d, vocab = 1500, 8, 11
	for _, dt := range []kernels.DType{kernels.F32, kernels.F64} {
		targets, seed, weights := make([]int32, rows), make([]float64, rows), make([]float64, rows)
		for i := range targets {
			targets[i], weights[i] = int32(i*7%vocab), float64(i%5)-1.3
			seed[i] = -weights[i]
		}
		data, x := random(dt, "head", vocab, d), random(dt, "x", rows, d)
		w, v := autograd.NewParam("w", data), autograd.NewParam("v", data)
		tp := newTape(dt)
		x1, x2 := tp.Input(x), tp.Input(x)
		logp, _ := autograd.LogProb(x1, w, targets, 1/0.7)
		tp.Backward(autograd.Seed{V: logp, Grad: seed})
		tp.NoGrad(func() { autograd.CrossEntropy(x2, v, targets, weights, 1/0.7) })
		if v.Grad != nil {
			t.Fatal("a gradient without recording")
		}
		loss, logp2 := autograd.CrossEntropy(x2, v, targets, weights, 1/0.7)
		if !slices.Equal(logp.Data().Floats(), logp2.Data().Floats()) {
			t.Errorf("%s: other log-probabilities than LogProb", dt)
		}
		want := 0.0
		for i, l := range logp.Data().Floats() {
			want -= weights[i] * l
		}
		if got := loss.Data().Floats()[0]; math.Abs(got-want) > 1e-6*math.Abs(want) {
			t.Errorf("%s: loss %v, want %v", dt, got, want)
		}
		tolerance := 2e-5
		if dt == kernels.F64 {
			tolerance = 1e-12
		}
		for pass := 1.0; pass <= 3; pass++ {
			tp.Backward(autograd.Seed{V: loss, Grad: []float64{1}})
			closeTo(t, fmt.Sprint(dt, " dw"), v.Grad.Floats(), w.Grad.Floats(), pass, tolerance*rows/10)
			closeTo(t, fmt.Sprint(dt, " dx"), x2.Grad().Floats(), x1.Grad().Floats(), pass, tolerance)
		}
	}
}

func closeTo(t *testing.T, what string, got, want []float64, factor, tolerance float64) {
	t.Helper()
	for i := range want {
		if d := math.Abs(got[i] - factor*want[i]); !(d <= tolerance) {
			t.Fatalf("%s[%d] = %v, want %v", what, i, got[i], factor*want[i])
		}
	}
}

// The tape takes an eighth of [T, V] beside the gradient of x, and a step in steady state allocates nothing.
func TestCrossEntropyMemory(t *testing.T) {
	const rows, d, vocab = 1024, 16, 8192
	dev, err := cpu.New(cpu.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	tp := autograd.NewTape(dev, kernels.F32)
	w, x := autograd.NewParam("w", random(kernels.F32, "w", vocab, d)), random(kernels.F32, "x", rows, d)
	targets, weights, one := make([]int32, rows), make([]float64, rows), []float64{1}
	for i := range weights {
		weights[i] = 1.0 / rows
	}
	before := tp.Bytes()
	step := func() {
		tp.Reset()
		loss, _ := autograd.CrossEntropy(tp.Input(x), w, targets, weights, 1)
		tp.Backward(autograd.Seed{V: loss, Grad: one})
	}
	step()
	const logits, dx = rows * vocab * 4, rows * d * 4 // bytes
	if got := tp.Bytes() - before; got > logits/8+dx {
		t.Errorf("the tape takes %d bytes; an eighth of the logits are %d", got, logits/8)
	}
	if n := testing.AllocsPerRun(5, step); n != 0 {
		t.Errorf("a step allocates %v times", n)
	}
}
