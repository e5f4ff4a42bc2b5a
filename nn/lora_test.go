package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/tensor"
)

func input(dt kernels.DType, rows, cols int) *tensor.Tensor {
	x, rnd := tensor.New(dt, rows, cols), rng.New(3, "input")
	for i := range x.Len() {
		x.Buf.Set(i, rnd.NormFloat64())
	}
	return x
}

func TestLoRAStartsAsNothingAndMerges(t *testing.T) {
	tape := autograd.NewTape(ref.New(), kernels.F64)
	l := nn.NewLinear(kernels.F64, 9, 7, true)
	nn.Normal(l.W, rng.New(1), 1)
	nn.Normal(l.Bias, rng.New(2), 1)
	x := tape.Constant(input(kernels.F64, 5, 9))
	base := l.Forward(x).Data().Floats()

	l.AddLoRA(3, 2, rng.New(4))
	if got := l.Forward(x).Data().Floats(); !slices.Equal(got, base) {
		t.Error("a fresh adapter changes the output")
	}
	if l.W.Trainable || l.Bias.Trainable || !l.LoRA.A.Trainable || !l.LoRA.B.Trainable {
		t.Error("the adapter must be trained, the map it sits on frozen")
	}
	nn.Normal(l.LoRA.B, rng.New(5), 1)
	with := l.Forward(x).Data().Floats()
	l.LoRA.Enabled = false
	if got := l.Forward(x).Data().Floats(); !slices.Equal(got, base) {
		t.Error("an adapter that is switched off changes the output")
	}
	l.LoRA.Enabled = true
	l.Merge()
	for i, y := range l.Forward(x).Data().Floats() {
		if math.Abs(y-with[i]) > 1e-12 {
			t.Fatalf("merged output %g, with the adapter %g", y, with[i])
		}
		if math.Abs(y-base[i]) < 1e-12 {
			t.Errorf("output %d is that of the base", i)
		}
	}
	l.Merge() // nothing left to merge
}

// PyTorch's kaiming_uniform_(a=√5) is uniform in ±1/√in.
func TestLoRAInitialisation(t *testing.T) {
	const in = 64
	l := nn.NewLinear(kernels.F64, in, 8, false)
	l.AddLoRA(500, 1, rng.New(1))
	bound, sum, squares := 1/math.Sqrt(in), 0.0, 0.0
	a := l.LoRA.A.Data.Floats()
	for _, v := range a {
		if math.Abs(v) > bound {
			t.Fatalf("%g is outside ±%g", v, bound)
		}
		sum += v
		squares += v * v
	}
	n := float64(len(a))
	if mean := sum / n; math.Abs(mean) > 4*bound/math.Sqrt(3*n) {
		t.Errorf("mean %g", mean)
	}
	if std, want := math.Sqrt(squares/n), bound/math.Sqrt(3); math.Abs(std/want-1) > 0.01 {
		t.Errorf("deviation %g, want %g", std, want)
	}
	for _, v := range l.LoRA.B.Data.Floats() {
		if v != 0 {
			t.Fatal("B must start at zero")
		}
	}
}

func TestFreshValueHeadSaysZeroAndLearns(t *testing.T) {
	tape := autograd.NewTape(ref.New(), kernels.F64)
	m := nn.NewMLP(kernels.F64, rng.New(1), 6, 16, 1)
	x := tape.Constant(input(kernels.F64, 4, 6))
	y := m.Forward(x)
	if !slices.Equal(y.Shape(), []int{4, 1}) || !slices.Equal(y.Data().Floats(), make([]float64, 4)) {
		t.Errorf("shape %v, values %v", y.Shape(), y.Data().Floats())
	}
	tape.Backward(autograd.Seed{V: y, Grad: []float64{1, 1, 1, 1}})
	last := m.Layers[1]
	if last.W.Grad == nil || slices.Equal(last.W.Grad.Floats(), make([]float64, 16)) || last.Bias.Grad.Buf.At(0) != 4 {
		t.Error("no gradient reaches the last map")
	}
	if n := len(nn.List(m, true)); n != 4 {
		t.Errorf("%d trainable parameters, want 4", n)
	}
}
