package optim_test

import (
	"fmt"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/nn/optim"
	"github.com/stepgrain/stepgrain/tensor"
)

// A step of training: gradient, clipping, update. The loss is ½w², whose
// gradient is w.
func Example() {
	dev := ref.New()
	w := autograd.NewParam("w", tensor.From([]float32{3, -4}, 2))
	params := []*autograd.Param{w}
	opt := optim.NewAdamW(dev, params, 0.9, 0.98, 1e-8, 0)
	schedule := optim.WarmupCosine{Peak: 0.5, WarmupSteps: 2, TotalSteps: 10}
	for step := range 10 {
		w.Grad = tensor.From([]float32{w.Data.Buf.F32()[0], w.Data.Buf.F32()[1]}, 2)
		norm, scale := optim.ClipGradNorm(dev, params, 1)
		opt.Step(schedule.LR(step), scale)
		if step%3 == 0 {
			fmt.Printf("step %d: norm %.2f, w %.2f\n", step, norm, w.Data.Buf.F32())
		}
	}
	// Output:
	// step 0: norm 5.00, w [2.75 -3.75]
	// step 3: norm 3.29, w [1.35 -2.34]
	// step 6: norm 1.90, w [0.61 -1.59]
	// step 9: norm 1.58, w [0.52 -1.49]
}
