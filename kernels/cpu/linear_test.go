package cpu

import (
	"fmt"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

var linearShapes = [][3]int{ // T, N, K
	{1, 1, 1}, {2, 3, 5}, {1, 96, 96}, {3, 33, 17}, {5, 64, 32}, {7, 31, 64}, {11, 96, 40},
	{12, 32, 16}, {13, 100, 7}, {25, 130, 65}, {49, 48, 96}, {130, 70, 33}, {2, 1000, 3}, {3, 5, 4200}, {600, 9, 70},
	{0, 4, 4}, {4, 4, 0},
}

func TestLinear(t *testing.T) {
	each(t, func(t *testing.T, b *Backend) {
		for _, s := range linearShapes {
			T, N, K := s[0], s[1], s[2]
			r := stream(t, T, N, K)
			x, raw, bias, y0 := normals(r, T*K), normals(r, N*K), normals(r, N), normals(r, T*N)
			dy, dx0, dw0, db0 := normals(r, T*N), normals(r, T*K), normals(r, N*K), normals(r, N)
			w := &kernels.Weight{Raw: of(raw), N: N, K: K}
			b.Pack(w)
			tol := 2e-7 * float64(K+N+T+16)
			for _, acc := range []bool{false, true} {
				name := fmt.Sprint(s, acc)
				y := clone(y0)
				e := kernels.Epilogue{Bias: of(bias)}
				if acc {
					e.Add = of(y)
				}
				b.Linear(of(y), of(x), w, T, e)
				want := plainMul(T, N, K, x, K, 1, raw, 1, K)
				for i := range want {
					want[i] += float64(bias[i%N])
					if acc {
						want[i] += float64(y0[i])
					}
				}
				near(t, "y "+name, y, want, tol)

				dx := clone(dx0)
				b.LinearBackwardX(of(dx), of(dy), w, T, acc)
				want = plainMul(T, K, N, dy, N, 1, raw, K, 1)
				for i := range want {
					if acc {
						want[i] += float64(dx0[i])
					}
				}
				near(t, "dx "+name, dx, want, tol)
			}
			dw, db := clone(dw0), clone(db0)
			b.LinearBackwardW(of(dw), of(db), of(dy), of(x), T, N, K, kernels.F32)
			want := plainMul(N, K, T, dy, 1, N, x, K, 1)
			for i := range want {
				want[i] += float64(dw0[i])
			}
			near(t, "dw", dw, want, tol)
			sum := make([]float64, N)
			for n := range N {
				sum[n] = float64(db0[n])
				for q := range T {
					sum[n] += float64(dy[q*N+n])
				}
			}
			near(t, "dbias", db, sum, tol)
		}
	})
}
