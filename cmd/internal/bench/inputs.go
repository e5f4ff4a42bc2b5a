package bench

import (
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
)

// inputs makes the operands of a case, the same in every run.
type inputs struct{ r *rand.Rand }

func newInputs(name string) *inputs { return &inputs{rng.New(1, "kernelbench", name)} }

// buf returns n random numbers of about the size ±1. Beyond a million they
// repeat: random numbers would take longer than the measurement.
func (in *inputs) buf(n int) kernels.Buffer {
	const period = 1<<20 - 3
	x := make([]float32, n)
	for i := range min(n, period) {
		x[i] = in.r.Float32()*2 - 1
	}
	for i := period; i < n; i += period {
		copy(x[i:], x[:period])
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

// weight returns a [n, k] weight whose products are formed in compute, packed.
func (e *Env) weight(n, k int, compute kernels.DType) *kernels.Weight {
	w := &kernels.Weight{Raw: e.buf(n * k), N: n, K: k, Compute: compute}
	e.Backend.Pack(w)
	return w
}

// dtype returns the name's type.
func dtype(name string) kernels.DType {
	switch name {
	case "bf16":
		return kernels.BF16
	case "i8":
		return kernels.I8
	}
	return kernels.F32
}

// need skips a case whose products this backend does not form in compute: it
// multiplies numbers that the rounding changes.
func (e *Env) need(compute kernels.DType) {
	if compute == kernels.F32 {
		return
	}
	rounds := func() (ok bool) {
		defer func() {
			if recover() != nil {
				ok = false
			}
		}()
		const K = 32
		x, raw := make([]float32, K), make([]float32, K)
		x[0], raw[0] = 1, 1
		x[1], raw[1] = 1+1.0/1024, 1 // 1 in bfloat16, and in 127ths
		y := make([]float32, 1)
		w := &kernels.Weight{Raw: kernels.Of(raw), N: 1, K: K, Compute: compute}
		e.Backend.Pack(w)
		e.Backend.Linear(kernels.Of(y), kernels.Of(x), w, 1, kernels.Epilogue{})
		return y[0] != 2+1.0/1024
	}()
	if !rounds {
		e.Skip("this backend does not form products in " + compute.String())
	}
}
