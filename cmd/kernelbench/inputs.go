package main

import (
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
)

// inputs makes the operands of a case, the same in every run.
type inputs struct{ r *rand.Rand }

func newInputs(name string) *inputs { return &inputs{rng.New(1, "kernelbench", name)} }

// buf returns n random numbers of about the size ±1.
func (in *inputs) buf(n int) kernels.Buffer {
	x := make([]float32, n)
	for i := range x {
		x[i] = in.r.Float32()*2 - 1
	}
	return kernels.Of(x)
}

// zeros returns n zeros, for outputs.
func (in *inputs) zeros(n int) kernels.Buffer { return kernels.Of(make([]float32, n)) }

// positive returns n numbers in (0, 1).
func (in *inputs) positive(n int) kernels.Buffer {
	x := make([]float32, n)
	for i := range x {
		x[i] = in.r.Float32() + 1e-3
	}
	return kernels.Of(x)
}

// ids returns n integers below limit.
func (in *inputs) ids(n, limit int) []int32 {
	x := make([]int32, n)
	for i := range x {
		x[i] = int32(in.r.IntN(limit))
	}
	return x
}

// weight returns a packed [n, k] weight.
func (in *inputs) weight(b kernels.Backend, n, k int) *kernels.Weight {
	w := &kernels.Weight{Raw: in.buf(n * k), N: n, K: k}
	b.Pack(w)
	return w
}
