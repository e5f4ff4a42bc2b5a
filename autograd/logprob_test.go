package autograd_test

import (
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// What sampling computes for a row is what the fused head computes for it,
// bit for bit, on both sides of the border between two chunks of rows.
func TestLogProbHasTheBitsOfSampling(t *testing.T) {
	const rows, d, vocab = 1500, 8, 11 // 1024 rows of logits are made at a time
	tp := newTape(kernels.F32)
	dev := tp.Device()
	w := autograd.NewParam("head", random(kernels.F32, "head", vocab, d))
	x := tp.Input(random(kernels.F32, "x", rows, d))
	targets := make([]int32, rows)
	for i := range targets {
		targets[i] = int32(i * 7 % vocab)
	}
	logp, entropy := autograd.LogProb(x, w, targets, 1/0.7)
	for _, row := range []int{0, 1, 1022, 1023, 1024, 1025, 1499} {
		logits, one := tensor.New(kernels.F32, vocab), tensor.New(kernels.F32, 3)
		dev.Linear(logits.Buf, x.Data().Row(row), w.Weight(dev), 1, kernels.Epilogue{})
		dev.LogProb(one.Buf.Slice(0, 1), one.Buf.Slice(1, 2), one.Buf.Slice(2, 3), logits.Buf, targets[row:row+1], 1, vocab, 1/0.7)
		if one.Buf.At(0) != logp.Data().Buf.At(row) || one.Buf.At(1) != entropy.Data().Buf.At(row) {
			t.Errorf("row %d: %v alone, %v in the batch", row, one.Buf.At(0), logp.Data().Buf.At(row))
		}
	}
}

// The gradient of rows beyond the first chunk arrives at the right rows: with
// seeds on one row alone, only that row of dx is not zero.
func TestLogProbChunksAddToTheirRows(t *testing.T) {
	const rows, d, vocab = 1500, 3, 5
	tp := newTape(kernels.F64)
	w := param("head", vocab, d)
	x := tp.Input(f64("x", rows, d))
	logp, _ := autograd.LogProb(x, w, make([]int32, rows), 1)
	seed := make([]float64, rows)
	seed[1300] = 1
	tp.Backward(autograd.Seed{V: logp, Grad: seed})
	for i, g := range x.Grad().Floats() {
		if (i/d == 1300) != (g != 0) || math.IsNaN(g) {
			t.Fatalf("dx[%d,%d] = %v", i/d, i%d, g)
		}
	}
	alone := newTape(kernels.F64)
	w1 := autograd.NewParam("head", w.Data)
	l1, _ := autograd.LogProb(alone.Constant(tensor.Wrap(x.Data().Row(1300), 1, d)), w1, []int32{0}, 1)
	alone.Backward(autograd.Seed{V: l1, Grad: []float64{1}})
	for i, g := range w1.Grad.Floats() {
		if got := w.Grad.Floats()[i]; math.Abs(got-g) > 1e-14 {
			t.Errorf("dw[%d] = %v, want %v", i, got, g)
		}
	}
}

func TestEmptyBatch(t *testing.T) {
	b := newBlock(kernels.F64)
	tp := newTape(kernels.F64)
	logp, _ := b.model(tp, true)
	if logp.Data().Len() != 0 {
		t.Fatalf("shape %v", logp.Shape())
	}
	tp.Backward(autograd.Seed{V: logp})
}
