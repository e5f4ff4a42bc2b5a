package nn_test

import (
	"fmt"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/tensor"
)

// An adapter switched off gives back the map it sits on: the reference policy
// of PPO costs no second copy of the weights.
func ExampleLoRA() {
	l := nn.NewLinear(kernels.F32, 2, 2, false)
	l.W.Data = tensor.From([]float32{1, 0, 0, 1}, 2, 2)
	l.AddLoRA(1, 2, rng.New(1, "adapter"))
	l.LoRA.A.Data = tensor.From([]float32{1, 1}, 1, 2)
	l.LoRA.B.Data = tensor.From([]float32{0, 10}, 2, 1)

	tape := autograd.NewTape(ref.New(), kernels.F32)
	x := tape.Constant(tensor.From([]float32{3, 4}, 1, 2))
	fmt.Println(l.Forward(x).Data().Floats())
	l.LoRA.Enabled = false
	fmt.Println(l.Forward(x).Data().Floats())
	l.LoRA.Enabled = true
	l.Merge()
	fmt.Println(l.W.Data.Floats(), l.LoRA == nil)
	// Output:
	// [3 144]
	// [3 4]
	// [1 0 20 21] true
}
