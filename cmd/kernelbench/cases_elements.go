package main

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// elementCases are the kernels over single numbers.
func elementCases() []benchmark {
	var list []benchmark
	add := func(name, shape string, n int, streams float64, setup func(b kernels.Backend, in *inputs) func()) {
		list = append(list, benchmark{name: name, shape: shape, bytes: 4 * streams * float64(n), setup: setup})
	}
	for _, s := range [][2]int{{4096, 256}, {2048, 688}, {2048, 4864}} {
		n, size, shape := s[0]*s[1], fmt.Sprintf("/%dx%d", s[0], s[1]), fmt.Sprintf("[%d,%d]", s[0], s[1])
		add("SwiGLUFwd"+size, shape, n, 3, func(b kernels.Backend, in *inputs) func() {
			y, g, u := in.zeros(n), in.buf(n), in.buf(n)
			return func() { b.SwiGLU(y, g, u, n) }
		})
		add("SwiGLUBwd"+size, shape, n, 7, func(b kernels.Backend, in *inputs) func() {
			dg, du, dy, g, u := in.zeros(n), in.zeros(n), in.buf(n), in.buf(n), in.buf(n)
			return func() { b.SwiGLUBackward(dg, du, dy, g, u, n) }
		})
		add("Add"+size, shape, n, 3, func(b kernels.Backend, in *inputs) func() {
			y, x, z := in.zeros(n), in.buf(n), in.buf(n)
			return func() { b.Add(y, x, z, n) }
		})
	}
	// The exponential by itself is a row of SwiGLU's work: LogProb of one long
	// row reads it twice, once for the maximum and once for the exponentials.
	const T, d = 2048, 688
	add(fmt.Sprintf("Exp/%dx%d", T, d), "one row", T*d, 2, func(b kernels.Backend, in *inputs) func() {
		z, lse := in.buf(T*d), in.zeros(1)
		return func() { b.LogProb(kernels.Buffer{}, kernels.Buffer{}, lse, z, nil, 1, T*d, 1) }
	})
	for _, p := range []struct {
		name string
		n    int
	}{{"0.5M", 500_000}, {"5.8M", 5_800_000}, {"20M", 20_000_000}} {
		add("AdamW/"+p.name, p.name, p.n, 7, func(b kernels.Backend, in *inputs) func() {
			x, g, m, v := in.buf(p.n), in.buf(p.n), in.zeros(p.n), in.positive(p.n)
			s := kernels.AdamWStep{LR: 1e-6, Beta1: .9, Beta2: .999, Eps: 1e-8, Correction1: .5, Correction2: .5, GradScale: 1}
			return func() { b.AdamW(x, g, m, v, kernels.Buffer{}, p.n, s) }
		})
		add("GradNorm/"+p.name, p.name, p.n, 1, func(b kernels.Backend, in *inputs) func() {
			x := in.buf(p.n)
			return func() { b.SumSquares(x, p.n) }
		})
	}
	return list
}
