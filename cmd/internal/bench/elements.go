package bench

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// elementCases are the kernels over single numbers.
func elementCases() []Case {
	var list []Case
	// add takes n numbers of so many matrices, and how many of them are read or
	// written in a call: what is updated in place counts twice.
	add := func(name, shape string, n int, matrices, streams float64, setup func(e *Env) func()) {
		list = append(list, Case{Name: name, Shape: shape, Bytes: 4 * streams * float64(n), Set: 4 * matrices * float64(n), Setup: setup})
	}
	for _, s := range [][2]int{{4096, 256}, {2048, 688}, {2048, 4864}} {
		n, size, shape := s[0]*s[1], fmt.Sprintf("/%dx%d", s[0], s[1]), fmt.Sprintf("[%d,%d]", s[0], s[1])
		add("SwiGLUFwd"+size, shape, n, 3, 3, func(e *Env) func() {
			y, g, u := e.zeros(n), e.buf(n), e.buf(n)
			return func() { e.Backend.SwiGLU(y, g, u, n) }
		})
		add("SwiGLUBwd"+size, shape, n, 5, 7, func(e *Env) func() {
			dg, du, dy, g, u := e.zeros(n), e.zeros(n), e.buf(n), e.buf(n), e.buf(n)
			return func() { e.Backend.SwiGLUBackward(dg, du, dy, g, u, n, true) }
		})
		add("Add"+size, shape, n, 3, 3, func(e *Env) func() {
			y, x, z := e.zeros(n), e.buf(n), e.buf(n)
			return func() { e.Backend.Add(y, x, z, n) }
		})
	}
	// The exponential by itself is a row of SwiGLU's work: LogProb of one long
	// row reads it twice, once for the maximum and once for the exponentials.
	const T, d = 2048, 688
	add(fmt.Sprintf("Exp/%dx%d", T, d), "one row", T*d, 1, 2, func(e *Env) func() {
		z, lse := e.buf(T*d), e.zeros(1)
		return func() { e.Backend.LogProb(kernels.Buffer{}, kernels.Buffer{}, lse, z, nil, 1, T*d, 1) }
	})
	for _, p := range []struct {
		name string
		n    int
	}{{"0.5M", 500_000}, {"5.8M", 5_800_000}, {"20M", 20_000_000}} {
		add("AdamW/"+p.name, p.name, p.n, 4, 7, func(e *Env) func() {
			x, g, m, v := e.buf(p.n), e.buf(p.n), e.zeros(p.n), e.positive(p.n)
			s := kernels.AdamWStep{LR: 1e-6, Beta1: .9, Beta2: .999, Eps: 1e-8, Correction1: .5, Correction2: .5, GradScale: 1}
			return func() { e.Backend.AdamW(x, g, m, v, kernels.Buffer{}, p.n, s) }
		})
		add("GradNorm/"+p.name, p.name, p.n, 1, 1, func(e *Env) func() {
			x := e.buf(p.n)
			return func() { e.Backend.SumSquares(x, p.n) }
		})
	}
	return list
}
