package optim_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/nn/optim"
	"github.com/stepgrain/stepgrain/tensor"
)

func param(name string, shape ...int) *autograd.Param {
	p := autograd.NewParam(name, tensor.New(kernels.F32, shape...))
	for i := range p.Data.Len() {
		p.Data.Buf.Set(i, float64(i+1))
	}
	return p
}

func TestGroupsDifferInDecayAndRate(t *testing.T) {
	weight, norm := param("w", 2, 2), param("n", 2)
	opt := optim.NewAdamW(ref.New(), []*autograd.Param{weight, norm}, 0.9, 0.98, 1e-8, 0.5)
	opt.Step(0.1, 1) // gradients are zero: only decay moves anything
	if got := weight.Data.Floats(); !slices.Equal(got, []float64{float64(float32(0.95)), float64(float32(1.9)), float64(float32(2.85)), float64(float32(3.8))}) {
		t.Errorf("weights after decay: %v", got)
	}
	if got := norm.Data.Floats(); !slices.Equal(got, []float64{1, 2}) {
		t.Errorf("norms must not decay: %v", got)
	}

	fast, slow, frozen := param("fast", 1), param("slow", 1), param("frozen", 1)
	frozen.Trainable = false
	opt = optim.NewAdamWGroups(ref.New(), 0.9, 0.98, 1e-8,
		optim.Group{Params: []*autograd.Param{fast}, LRScale: 1}, optim.Group{Params: []*autograd.Param{slow, frozen}, LRScale: 0.5})
	for _, p := range opt.Params() {
		p.Grad = tensor.From([]float32{3}, 1)
	}
	opt.Step(0.25, 1) // the first step of Adam is the learning rate
	if f, s, z := fast.Data.Buf.At(0), slow.Data.Buf.At(0), frozen.Data.Buf.At(0); f != 0.75 || s != 0.875 || z != 1 {
		t.Errorf("steps to %g, %g, %g; want 0.75, 0.875, 1", f, s, z)
	}
	opt.ZeroGrad()
	if fast.Grad.Buf.At(0) != 0 || opt.Steps() != 1 {
		t.Errorf("gradient %g after ZeroGrad, %d steps", fast.Grad.Buf.At(0), opt.Steps())
	}
}

func TestRestoreRefusesAnotherModelsState(t *testing.T) {
	newOpt := func(ps ...*autograd.Param) *optim.AdamW { return optim.NewAdamW(ref.New(), ps, 0.9, 0.98, 1e-8, 0) }
	a, b := newOpt(param("a", 2)), newOpt(param("a", 2), param("b", 3))
	for want, err := range map[string]error{
		`no "m.b"`:                       b.Restore(a.State()),
		`"m.b", which this optimiser`:    a.Restore(b.State()),
		`[3] in the state, [2] in the m`: a.Restore(newOpt(param("a", 3)).State()),
		`"m.a" occurs twice`:             a.Restore(optim.State{Tensors: append(a.State().Tensors, a.State().Tensors...)}),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %s", err, want)
		}
	}
}
