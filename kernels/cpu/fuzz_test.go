package cpu

import (
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
)

// FuzzLinear compares the three products of any shape with plain loops.
func FuzzLinear(f *testing.F) {
	for _, s := range [][3]uint16{{1, 1, 1}, {12, 32, 64}, {13, 33, 65}, {50, 600, 3}, {3, 40, 2100}, {290, 31, 16}} {
		f.Add(s[0], s[1], s[2], uint64(1))
	}
	backends := map[string]*Backend{}
	for _, impl := range vectorImpls() {
		backends[impl] = open(f, impl, 2)
	}
	f.Fuzz(func(t *testing.T, tt, nn, kk uint16, seed uint64) {
		T, N, K := int(tt)%300, int(nn)%700, int(kk)%2300
		if T*N*K > 1<<21 {
			t.Skip("large")
		}
		r := rng.New(seed, "fuzz")
		x, dy, raw, dw0 := normals(r, T*K), normals(r, T*N), normals(r, N*K), normals(r, N*K)
		wantY := plainMul(T, N, K, x, K, 1, raw, 1, K)
		wantX := plainMul(T, K, N, dy, N, 1, raw, K, 1)
		wantW := plainMul(N, K, T, dy, 1, N, x, K, 1)
		for i, v := range dw0 {
			wantW[i] += float64(v)
		}
		tol := 2e-7 * float64(T+N+K+16)
		for impl, b := range backends {
			w := &kernels.Weight{Raw: of(raw), N: N, K: K}
			b.Pack(w)
			y, dx, dw := make([]float32, T*N), make([]float32, T*K), clone(dw0)
			b.Linear(of(y), of(x), w, T, kernels.Epilogue{})
			b.LinearBackwardX(of(dx), of(dy), w, T, false)
			b.LinearBackwardW(of(dw), kernels.Buffer{}, of(dy), of(x), T, N, K, kernels.F32)
			near(t, impl+" y", y, wantY, tol)
			near(t, impl+" dx", dx, wantX, tol)
			near(t, impl+" dw", dw, wantW, tol)
		}
	})
}
