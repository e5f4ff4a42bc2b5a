package autograd_test

import (
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/autograd/gradcheck"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
)

// In a checkpoint the gradient of x leaves for a value outside; what computes
// next must not overwrite it.
func TestCrossEntropyGradientLeavesCheckpoint(t *testing.T) {
	head, before := param("head", 6, 5), param("before", 5, 5)
	targets, weights := []int32{2, 0, 5, 5}, []float64{0.3, 1.7, -0.4, 1}
	gradient := func(part func(t *tape, in values, f func(values) values) values) []float64 {
		tp := newTape(kernels.F64)
		x := tp.Input(f64("x", 4, 5))
		h := part(tp, values{x}, func(in values) values {
			h := autograd.Linear(in[0], before, nil)
			return values{autograd.Linear(autograd.Linear(h, before, nil), before, nil)}
		})
		loss := part(tp, h, func(in values) values {
			loss, _ := autograd.CrossEntropy(in[0], head, targets, weights, 1)
			return values{loss}
		})
		tp.Backward(autograd.Seed{V: loss[0], Grad: []float64{1}})
		return x.Grad().Floats()
	}
	want := gradient(func(_ *tape, in values, f func(values) values) values { return f(in) })
	closeTo(t, "dx", gradient(autograd.Checkpoint), want, 1, 1e-12)
}

// What happens to w.Grad between CrossEntropy and Backward cannot spoil it.
func TestCrossEntropyLeavesGradUntilBackward(t *testing.T) {
	const rows, d, vocab = 9, 8, 11
	dev, err := cpu.New(cpu.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	targets, weights := make([]int32, rows), make([]float64, rows)
	for i := range targets {
		targets[i], weights[i] = int32(i*7%vocab), float64(i%5)-1.3
	}
	tp := autograd.NewTape(dev, kernels.F32)
	w := autograd.NewParam("w", random(kernels.F32, "head", vocab, d))
	loss := func(seed string) *autograd.Value {
		l, _ := autograd.CrossEntropy(tp.Input(random(kernels.F32, seed, rows, d)), w, targets, weights, 1)
		return l
	}
	backward := func(l *autograd.Value, g float64) { tp.Backward(autograd.Seed{V: l, Grad: []float64{g}}) }
	alone := func(seed string) []float64 {
		w.Grad = nil
		tp.Reset()
		backward(loss(seed), 1)
		return w.Grad.Floats()
	}
	a, b := alone("a"), alone("b")
	sum := func(x, y float64) []float64 {
		out := make([]float64, len(a))
		for i := range out {
			out[i] = x*a[i] + y*b[i]
		}
		return out
	}
	for name, c := range map[string]struct {
		run  func()
		want []float64
	}{
		"cleared between": {func() { l := loss("a"); w.ZeroGrad(); backward(l, 1) }, a},
		"set between":     {func() { l := loss("a"); w.Grad = nil; backward(l, 1) }, a},
		"never used":      {func() { loss("b"); tp.Reset(); backward(loss("a"), 1) }, a},
		"not in the loss": {func() { loss("b"); backward(loss("a"), 1) }, a},
		"small batches": {func() {
			for range 2 {
				tp.Reset()
				backward(loss("a"), 0.5)
				tp.Reset()
				backward(loss("b"), 0.25)
			}
		}, sum(1, 0.5)},
		"two uses": {func() {
			x, y := loss("a"), loss("b")
			tp.Backward(autograd.Seed{V: x, Grad: []float64{2}}, autograd.Seed{V: y, Grad: []float64{-1}})
		}, sum(2, -1)},
		"two tapes": {func() {
			x, first := loss("a"), tp
			tp = autograd.NewTape(dev, kernels.F32)
			backward(loss("b"), 1)
			tp = first
			backward(x, 1)
		}, sum(1, 1)},
		"twice": {func() { l := loss("a"); backward(l, 2); backward(l, 3) }, sum(5, 0)},
		"tiny":  {func() { backward(loss("a"), 0x1p-60) }, sum(0x1p-60, 0)},
	} {
		for _, state := range []string{"no gradient", "zeros"} {
			if state == "zeros" {
				w.ZeroGrad()
			} else {
				w.Grad = nil
			}
			tp.Reset()
			c.run()
			got := w.Grad.Floats()
			for i := range got {
				got[i] /= scaleOf(c.want)
			}
			want := make([]float64, len(got))
			for i := range want {
				want[i] = c.want[i] / scaleOf(c.want)
			}
			closeTo(t, name+", "+state, got, want, 1, 1e-6)
		}
	}
	two := func() {
		tp.Reset()
		w.ZeroGrad()
		x, y := loss("a"), loss("b")
		tp.Backward(autograd.Seed{V: x, Grad: []float64{1}}, autograd.Seed{V: y, Grad: []float64{1}})
	}
	two()
	first := w.Grad
	two()
	two()
	two()
	if w.Grad != first {
		second := w.Grad
		if two(); w.Grad != first && w.Grad != second {
			t.Error("two uses in one tape make a new gradient in each step")
		}
	}
}

func scaleOf(x []float64) float64 {
	largest := 0.0
	for _, v := range x {
		largest = max(largest, v, -v)
	}
	return largest
}

// A table that is the head too receives both gradients.
func TestCrossEntropyTiedTable(t *testing.T) {
	table := param("table", 6, 5)
	targets, weights := []int32{2, 0, 5, 5}, []float64{0.3, 1.7, -0.4, 1}
	gradcheck.Check(t, gradcheck.Case{Params: []*autograd.Param{table}, F: func(t *tape, _ values) values {
		loss, _ := autograd.CrossEntropy(autograd.Embedding(t, table, []int32{1, 5, 5, 0}), table, targets, weights, 1)
		return values{loss}
	}})
}
