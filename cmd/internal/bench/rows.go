package bench

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// rowCases are the kernels over rows: cross-entropy, norm, rotation, embedding.
func rowCases() []Case {
	var list []Case
	add := func(name string, T, d int, bytes float64, setup func(e *Env) func()) *Case {
		list = append(list, Case{Name: fmt.Sprintf("%s/%dx%d", name, T, d), Shape: fmt.Sprintf("[%d,%d]", T, d), Bytes: bytes, Setup: setup})
		return &list[len(list)-1]
	}
	const f = 4.0 // bytes
	for _, s := range [][2]int{{2048, 256}, {2048, 1024}, {2048, 4096}, {2048, 32000}, {512, 151936}} {
		T, V := s[0], s[1]
		n := float64(T * V)
		// LogProb reads: log-sum-exp and entropy of every row. Softmax and
		// CrossEntropy write as well, in place: probabilities less the targets'
		// ones are the gradient of a cross-entropy of weight −1.
		add("LogProb", T, V, f*n, func(e *Env) func() {
			z, lse, ent := e.buf(T*V), e.zeros(T), e.zeros(T)
			return func() { e.Backend.LogProb(kernels.Buffer{}, ent, lse, z, nil, T, V, 1) }
		})
		for _, name := range []string{"Softmax", "CrossEntropy"} {
			add(name, T, V, 2*f*n, func(e *Env) func() {
				z, lp, d, ids := e.buf(T*V), e.zeros(T), e.buf(T), e.ids(T, V)
				if name == "Softmax" {
					for t := range T {
						d.Set(t, -1)
					}
				}
				return func() { e.Backend.CrossEntropy(lp, z, ids, d, T, V, 1) }
			}).Set = f * n
		}
	}
	for _, V := range []int{1024, 49152} {
		const T = 64
		add("Sample", T, V, 2*f*float64(T*V), func(e *Env) func() {
			z, lse, ids, u := e.buf(T*V), e.zeros(T), make([]int32, T), make([]float64, T)
			for i := range u {
				u[i] = e.r.Float64()
			}
			return func() {
				e.Backend.LogProb(kernels.Buffer{}, kernels.Buffer{}, lse, z, nil, T, V, 1)
				e.Backend.Sample(ids, z, lse, u, T, V, 1)
			}
		}).Set = f * float64(T*V)
	}
	for _, s := range [][2]int{{4096, 96}, {2048, 256}, {2048, 896}, {2048, 2048}, {2048, 4096}} {
		T, d := s[0], s[1]
		n := float64(T * d)
		add("RMSNormFwd", T, d, 2*f*n, func(e *Env) func() {
			x, y, w, r := e.buf(T*d), e.zeros(T*d), e.buf(d), e.zeros(T)
			return func() { e.Backend.RMSNorm(y, r, x, w, T, d, 1e-5) }
		})
		add("RMSNormAddFwd", T, d, 4*f*n, func(e *Env) func() {
			x, y, sum, z, w, r := e.buf(T*d), e.zeros(T*d), e.zeros(T*d), e.buf(T*d), e.buf(d), e.zeros(T)
			return func() { e.Backend.RMSNormAdd(y, sum, r, x, z, w, T, d, 1e-5) }
		})
		add("RMSNormBwd", T, d, 4*f*n, func(e *Env) func() {
			x, dy, dx, w, dw, r := e.buf(T*d), e.buf(T*d), e.zeros(T*d), e.buf(d), e.zeros(d), e.positive(T)
			return func() { e.Backend.RMSNormBackward(dx, dw, dy, x, w, r, T, d) }
		}).Set = 3 * f * n
	}
	for _, s := range [][3]int{{4096, 3, 32}, {2048, 8, 32}, {2048, 14, 64}} {
		T, heads, hd := s[0], s[1], s[2]
		d := heads * hd
		list = append(list, Case{Name: fmt.Sprintf("Rope/%dx%dx%d", T, heads, hd), Shape: fmt.Sprintf("[%d,%d×%d]", T, heads, hd), Bytes: 2 * f * float64(T*d),
			Setup: func(e *Env) func() {
				x, y, cos, sin, pos := e.buf(T*d), e.zeros(T*d), e.buf(512*hd/2), e.buf(512*hd/2), e.ids(T, 512)
				return func() { e.Backend.RoPE(y, x, cos, sin, pos, heads, hd, false) }
			}})
	}
	const T, V, d = 4096, 1024, 96
	add("Embedding", T, d, 2*f*T*d, func(e *Env) func() {
		y, table, ids := e.zeros(T*d), e.buf(V*d), e.ids(T, V)
		return func() { e.Backend.Embedding(y, table, ids, d) }
	})
	add("EmbeddingBwd", T, d, 3*f*T*d, func(e *Env) func() {
		dy, table, ids := e.buf(T*d), e.zeros(V*d), e.ids(T, V)
		return func() { e.Backend.EmbeddingBackward(table, dy, ids, d) }
	})
	return list
}
