package gradcheck

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/tensor"
)

// Case is a computation to check, in float64 on kernels/ref. F may be called
// many times, and must compute the same each time.
type Case struct {
	Params []*autograd.Param // those that are not trainable must get no gradient
	Inputs []*tensor.Tensor
	F      func(t *autograd.Tape, in []*autograd.Value) []*autograd.Value
	// Some checks that many elements of each tensor, drawn at random, instead of
	// all; 0 is all.
	Some int
}

const (
	step      = 1e-6
	tolerance = 1e-7
)

// Check fails the test where a gradient and the finite difference disagree.
func Check(t testing.TB, c Case) {
	t.Helper()
	k := &checker{Case: c, tape: autograd.NewTape(ref.New(), kernels.F64)}
	for _, p := range c.Params {
		p.Grad = nil
	}
	var grads [][]float64
	k.run(func(in, out []*autograd.Value) {
		var seeds []autograd.Seed
		for i, v := range out {
			seeds = append(seeds, autograd.Seed{V: v, Grad: k.weights(i, v.Data().Len())})
		}
		k.tape.Backward(seeds...)
		for _, v := range in {
			grads = append(grads, copyOf(v.Grad(), v.Data().Len()))
		}
	})
	for i, x := range c.Inputs {
		k.compare(t, fmt.Sprintf("input %d", i), x, grads[i], func() {})
	}
	for _, p := range c.Params {
		if !p.Trainable {
			if p.Grad != nil {
				t.Errorf("gradcheck: %s is not trainable, but has a gradient", p.Name)
			}
			continue
		}
		k.compare(t, p.Name, p.Data, copyOf(p.Grad, p.Data.Len()), p.Changed)
	}
}

type checker struct {
	Case
	tape *autograd.Tape
}

// run computes the case and hands its values to use.
func (k *checker) run(use func(in, out []*autograd.Value)) {
	k.tape.Reset()
	var in []*autograd.Value
	for _, x := range k.Inputs {
		in = append(in, k.tape.Input(x))
	}
	use(in, k.F(k.tape, in))
}

// weights are the factors of the elements of output i in the sum L.
func (k *checker) weights(i, n int) []float64 {
	r := rng.New(1, "gradcheck", i)
	w := make([]float64, n)
	for j := range w {
		w[j] = r.NormFloat64()
	}
	return w
}

// loss returns L.
func (k *checker) loss() (sum float64) {
	k.tape.NoGrad(func() {
		k.run(func(_, out []*autograd.Value) {
			for i, v := range out {
				for j, w := range k.weights(i, v.Data().Len()) {
					sum += w * v.Data().Buf.At(j)
				}
			}
		})
	})
	return sum
}

func (k *checker) compare(t testing.TB, name string, x *tensor.Tensor, grad []float64, changed func()) {
	t.Helper()
	defer changed()
	for _, i := range k.elements(x.Len()) {
		was := x.Buf.At(i)
		at := func(v float64) float64 {
			x.Buf.Set(i, v)
			changed()
			return k.loss()
		}
		up, down := at(was+step), at(was-step)
		x.Buf.Set(i, was)
		want := (up - down) / (2 * step)
		if allowed := tolerance * max(1, math.Abs(want), math.Abs(up)); !(math.Abs(grad[i]-want) <= allowed) {
			t.Errorf("gradcheck: %s%v: gradient %d is %.10g, finite difference %.10g", name, x.Shape, i, grad[i], want)
			return
		}
	}
}

func (k *checker) elements(n int) []int {
	if k.Some <= 0 || n <= k.Some {
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		return all
	}
	return rng.New(2, "gradcheck").Perm(n)[:k.Some]
}

// copyOf returns the elements of a gradient; none is a gradient of zero.
func copyOf(g *tensor.Tensor, n int) []float64 {
	if g == nil {
		return make([]float64, n)
	}
	return g.Floats()
}
