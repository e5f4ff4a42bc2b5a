package bench

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// gemmCases are square products in the three forms of BLAS, packing included:
// NT is x·wᵀ, NN dy·w, TN dyᵀ·x.
func gemmCases() []Case {
	var list []Case
	for _, form := range []string{"NN", "NT", "TN"} {
		for _, n := range []int{256, 512, 1024, 2048} {
			c := Case{Name: fmt.Sprintf("Sgemm/%s/sq%d", form, n), Shape: fmt.Sprintf("%d³", n), Flops: 2 * float64(n) * float64(n) * float64(n),
				Setup: func(e *Env) func() { return product(e, form, "f32", n, n, n, false, nil) }}
			if n >= 512 {
				c.Target = 0.85
			}
			list = append(list, c)
		}
	}
	return list
}

// product is one product of T rows with a weight [N, K]: NT (y = x·wᵀ), NN
// (dx = dy·w) or TN (dw += dyᵀ·x). Without prepacked every call packs what it
// needs itself, as a BLAS does. copies, if not nil, are weights that the calls
// take turns with.
func product(e *Env, form, dt string, T, N, K int, prepacked bool, copies func() *kernels.Weight) func() {
	compute := dtype(dt)
	e.need(compute)
	b := e.Backend
	x, y := e.buf(T*K), e.buf(T*N)
	if form == "TN" {
		dw := e.zeros(N * K)
		return func() { b.LinearBackwardW(dw, kernels.Buffer{}, y, x, T, N, K, compute) }
	}
	if copies != nil {
		return func() { b.Linear(y, x, copies(), T, kernels.Epilogue{}) }
	}
	w := e.weight(N, K, compute)
	switch {
	case form == "NN" && prepacked:
		return func() { b.LinearBackwardX(x, y, w, T, false) }
	case prepacked:
		return func() { b.Linear(y, x, w, T, kernels.Epilogue{}) }
	case compute != kernels.F32 && form == "NN":
		return func() { b.Pack(w); b.LinearBackwardX(x, y, w, T, false) }
	case compute != kernels.F32:
		return func() { b.Pack(w); b.Linear(y, x, w, T, kernels.Epilogue{}) }
	}
	// A fresh weight: nothing but the matrix itself is there.
	fresh := func() *kernels.Weight { return &kernels.Weight{Raw: w.Raw, N: N, K: K, Compute: compute} }
	if form == "NN" {
		return func() { b.LinearBackwardX(x, y, fresh(), T, false) }
	}
	return func() { b.Linear(y, x, fresh(), T, kernels.Epilogue{}) }
}
