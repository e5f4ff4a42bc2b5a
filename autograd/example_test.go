package autograd_test

import (
	"fmt"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/tensor"
)

// A linear map learns y = 2·a − b from four points by gradient descent on
// ½·(error)², whose derivative with respect to each output, the error, seeds
// the backward pass.
func Example() {
	x := tensor.From([]float64{1, 0, 0, 1, 1, 1, 2, -1}, 4, 2)
	want := []float64{2, -1, 1, 5}

	w := autograd.NewParam("w", tensor.New(kernels.F64, 1, 2))
	tape := autograd.NewTape(ref.New(), kernels.F64)
	for range 200 {
		tape.Reset()
		w.ZeroGrad()
		y := autograd.Linear(tape.Constant(x), w, nil)
		seed := y.Data().Floats()
		for i := range seed {
			seed[i] -= want[i]
		}
		tape.Backward(autograd.Seed{V: y, Grad: seed})
		for i, g := range w.Grad.Floats() {
			w.Data.Buf.Set(i, w.Data.Buf.At(i)-0.1*g)
		}
		w.Changed()
	}
	fmt.Printf("y = %.3f·a + %.3f·b\n", w.Data.Buf.At(0), w.Data.Buf.At(1))
	// Output: y = 2.000·a + -1.000·b
}

// The head of a language model and its log-probabilities in one operation: the
// gradient of log p(target) pushes the target's logit up and all others down.
func ExampleLogProb() {
	tape := autograd.NewTape(ref.New(), kernels.F64)
	head := autograd.NewParam("lm_head", tensor.From([]float64{1, 0, 0, 1, -1, -1}, 3, 2)) // 3 tokens, width 2
	hidden := tape.Constant(tensor.From([]float64{2, 1}, 1, 2))                            // logits 2, 1, −3

	logp, entropy := autograd.LogProb(hidden, head, []int32{1}, 1)
	tape.Backward(autograd.Seed{V: logp, Grad: []float64{1}})

	fmt.Printf("log p %.4f, entropy %.4f\n", logp.Data().Buf.At(0), entropy.Data().Buf.At(0))
	fmt.Printf("%.4f\n", head.Grad.Floats())
	// Output:
	// log p -1.3182, entropy 0.6103
	// [-1.4550 -0.7275 1.4648 0.7324 -0.0098 -0.0049]
}

// A checkpoint computes what its function computes and keeps only the result.
func ExampleCheckpoint() {
	tape := autograd.NewTape(ref.New(), kernels.F64)
	x := tape.Input(tensor.From([]float64{1, -2}, 1, 2))
	y := autograd.Checkpoint(tape, []*autograd.Value{x}, func(in []*autograd.Value) []*autograd.Value {
		return []*autograd.Value{autograd.ReLU(autograd.Add(in[0], in[0]))}
	})[0]
	tape.Backward(autograd.Seed{V: y, Grad: []float64{1, 1}})
	fmt.Println(y.Data().Floats(), x.Grad().Floats())
	// Output: [2 0] [2 0]
}
