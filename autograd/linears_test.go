package autograd_test

import (
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

// strict is a backend that takes the word of LinearsBackward: gradients of
// weights are different ones.
type strict struct {
	kernels.Backend
	t     *testing.T
	calls int
}

func (s *strict) LinearsBackward(dx, x kernels.Buffer, maps []kernels.MapGrad, T int, acc bool) {
	s.calls++
	for i := range maps {
		for j := range i {
			if maps[i].DW == maps[j].DW {
				s.t.Errorf("maps %d and %d add to one gradient in one call", j, i)
			}
		}
	}
	s.Backend.LinearsBackward(dx, x, maps, T, acc)
}

func TestLinearsOfOneWeight(t *testing.T) {
	w, v := param("w", 3, 5), param("v", 3, 5)
	dev := &strict{Backend: ref.New(), t: t}
	tp := autograd.NewTape(dev, kernels.F64)
	maps := []autograd.Map{{W: w}, {W: v}, {W: w}}
	autograd.Linears(tp.Input(f64("x", 4, 5)), maps)
	sum := autograd.Add(autograd.Add(maps[0].Y, maps[1].Y), maps[2].Y)
	seed := make([]float64, 12)
	for i := range seed {
		seed[i] = 1
	}
	tp.Backward(autograd.Seed{V: sum, Grad: seed})
	if dev.calls != 2 {
		t.Errorf("%d calls, want 2", dev.calls)
	}
}
