package autograd_test

import (
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/tensor"
)

// A precision that is set after a weight was used holds from then on, and back.
func TestComputeMayChange(t *testing.T) {
	dev, err := cpu.New(cpu.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	w, x := tensor.New(kernels.F32, 1, 2), tensor.New(kernels.F32, 1, 2)
	w.Buf.Set(0, 1+1./1024) // 1 in bfloat16
	x.Buf.Set(0, 1)
	p, tape := autograd.NewParam("w", w), autograd.NewTape(dev, kernels.F32)
	for i, c := range []struct {
		dt   kernels.DType
		want float64
	}{{kernels.F32, 1 + 1./1024}, {kernels.BF16, 1}, {kernels.F32, 1 + 1./1024}} {
		p.Compute = c.dt
		tape.Reset()
		if got := autograd.Linear(tape.Constant(x), p, nil).Data().Buf.At(0); got != c.want {
			t.Errorf("use %d, in %s: %v, want %v", i, c.dt, got, c.want)
		}
	}
}
