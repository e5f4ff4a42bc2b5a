package main

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// rowCases are the kernels over rows: cross-entropy, norm, rotation, embedding.
func rowCases() []benchmark {
	var list []benchmark
	add := func(name string, T, d int, bytes float64, setup func(b kernels.Backend, in *inputs) func()) {
		list = append(list, benchmark{name: fmt.Sprintf("%s/%dx%d", name, T, d), shape: fmt.Sprintf("[%d,%d]", T, d), bytes: bytes, setup: setup})
	}
	const f = 4.0 // bytes
	for _, s := range [][2]int{{2048, 256}, {2048, 1024}, {2048, 4096}, {2048, 32000}, {512, 151936}} {
		T, V := s[0], s[1]
		n := float64(T * V)
		add("Softmax", T, V, f*n, func(b kernels.Backend, in *inputs) func() {
			z, lse, ent := in.buf(T*V), in.zeros(T), in.zeros(T)
			return func() { b.LogProb(kernels.Buffer{}, ent, lse, z, nil, T, V, 1) }
		})
		add("CrossEntropy", T, V, 3*f*n, func(b kernels.Backend, in *inputs) func() {
			z, lse, lp, ent, d, ids := in.buf(T*V), in.zeros(T), in.zeros(T), in.zeros(T), in.buf(T), in.ids(T, V)
			return func() {
				b.LogProb(lp, ent, lse, z, ids, T, V, 1)
				b.LogProbBackward(z, lse, kernels.Buffer{}, ids, d, kernels.Buffer{}, T, V, 1)
			}
		})
	}
	for _, V := range []int{1024, 49152} {
		const T = 64
		add("Sample", T, V, 2*f*float64(T*V), func(b kernels.Backend, in *inputs) func() {
			z, lse, ids, u := in.buf(T*V), in.zeros(T), make([]int32, T), make([]float64, T)
			for i := range u {
				u[i] = in.r.Float64()
			}
			return func() {
				b.LogProb(kernels.Buffer{}, kernels.Buffer{}, lse, z, nil, T, V, 1)
				b.Sample(ids, z, lse, u, T, V, 1)
			}
		})
	}
	for _, s := range [][2]int{{4096, 96}, {2048, 256}, {2048, 896}, {2048, 2048}, {2048, 4096}} {
		T, d := s[0], s[1]
		n := float64(T * d)
		add("RMSNormFwd", T, d, 2*f*n, func(b kernels.Backend, in *inputs) func() {
			x, y, w, r := in.buf(T*d), in.zeros(T*d), in.buf(d), in.zeros(T)
			return func() { b.RMSNorm(y, r, x, w, T, d, 1e-5) }
		})
		add("RMSNormBwd", T, d, 4*f*n, func(b kernels.Backend, in *inputs) func() {
			x, dy, dx, w, dw, r := in.buf(T*d), in.buf(T*d), in.zeros(T*d), in.buf(d), in.zeros(d), in.positive(T)
			return func() { b.RMSNormBackward(dx, dw, dy, x, w, r, T, d) }
		})
	}
	for _, s := range [][3]int{{4096, 3, 32}, {2048, 8, 32}, {2048, 14, 64}} {
		T, heads, hd := s[0], s[1], s[2]
		d := heads * hd
		list = append(list, benchmark{name: fmt.Sprintf("Rope/%dx%dx%d", T, heads, hd), shape: fmt.Sprintf("[%d,%d×%d]", T, heads, hd), bytes: 2 * f * float64(T*d),
			setup: func(b kernels.Backend, in *inputs) func() {
				x, y, cos, sin, pos := in.buf(T*d), in.zeros(T*d), in.buf(512*hd/2), in.buf(512*hd/2), in.ids(T, 512)
				return func() { b.RoPE(y, x, cos, sin, pos, heads, hd, false) }
			}})
	}
	const T, V, d = 4096, 1024, 96
	add("Embedding", T, d, 2*f*T*d, func(b kernels.Backend, in *inputs) func() {
		y, table, ids := in.zeros(T*d), in.buf(V*d), in.ids(T, V)
		return func() { b.Embedding(y, table, ids, d) }
	})
	add("EmbeddingBwd", T, d, 3*f*T*d, func(b kernels.Backend, in *inputs) func() {
		dy, table, ids := in.buf(T*d), in.zeros(V*d), in.ids(T, V)
		return func() { b.EmbeddingBackward(table, dy, ids, d) }
	})
	return list
}
