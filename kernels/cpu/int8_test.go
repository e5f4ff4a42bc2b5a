package cpu

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

// Rows rounded to integers: the reference's numbers, and the same bits from
// every implementation.
func TestInt8(t *testing.T) {
	r := stream(t)
	for _, z := range [][3]int{{1, 32, 64}, {1, 5, 3}, {2, 17, 100}, {3, 64, 288}, {4, 33, 576}, {7, 16, 31}, {16, 96, 320}, {31, 40, 352}, {65, 70, 130}, {5, 3, 0}} {
		T, N, K := z[0], z[1], z[2]
		x, raw, bias, old := normals(r, T*K), normals(r, N*K), normals(r, N), normals(r, T*N)
		want := make([]float64, T*N)
		w := &kernels.Weight{Raw: widened(raw), N: N, K: K, Compute: kernels.I8}
		ref.New().Linear(kernels.Of(want), widened(x), w, T, kernels.Epilogue{Bias: widened(bias), Add: widened(old)})
		var first []float32
		for _, impl := range Impls() {
			b := open(t, impl, 2)
			w := &kernels.Weight{Raw: of(raw), N: N, K: K, Compute: kernels.I8}
			b.Pack(w)
			y := clone(old)
			b.Linear(of(y), of(x), w, T, kernels.Epilogue{Bias: of(bias), Add: of(y)})
			label := fmt.Sprintf("%s %v", impl, z)
			near(t, label, y, want, 1e-6*(1+math.Sqrt(float64(K))))
			if first == nil {
				first = y
			}
			same(t, label, y, first)
		}
	}
}

// Integers of full size, and scales of one, give the exact sums.
func TestGemmI8(t *testing.T) {
	r := stream(t)
	const T, N, K = 37, 45, 200
	x, q, one := make([]int8, T*K), make([]int8, N*K), make([]float32, max(T, N))
	for i := range x {
		x[i] = int8(r.IntN(256) - 128)
	}
	for i := range q {
		q[i] = int8(r.IntN(256) - 128)
	}
	for i := range one {
		one[i] = 1
	}
	for _, impl := range Impls() {
		b := open(t, impl, 3)
		w := &kernels.Weight{N: N, K: K}
		b.PackI8(w, kernels.Of(q), of(one))
		for _, rows := range []int{T, 1, 3, 16, 20} {
			y := make([]float32, rows*N)
			b.GemmI8(of(y), kernels.Of(x), of(one), w, rows)
			for i := range rows {
				for n := range N {
					sum := 0
					for k := range K {
						sum += int(x[i*K+k]) * int(q[n*K+k])
					}
					if y[i*N+n] != float32(sum) {
						t.Fatalf("%s, %d rows: y[%d,%d] = %v, want %d", impl, rows, i, n, y[i*N+n], sum)
					}
				}
			}
		}
	}
}

// BenchmarkGemmI8 reports GOP/s.
func BenchmarkGemmI8(bm *testing.B) {
	for _, impl := range Impls()[2:] {
		for _, z := range [][3]int{{1, 4864, 896}, {8, 4864, 896}, {64, 4864, 896}, {512, 4864, 896}, {512, 896, 4864}, {1024, 1024, 1024}, {2048, 2048, 2048}} {
			T, N, K := z[0], z[1], z[2]
			for _, workers := range []int{1, 2} {
				bm.Run(fmt.Sprintf("%s/%dx%dx%d/%d", impl, T, N, K, workers), func(bm *testing.B) {
					b := open(bm, impl, workers)
					w := &kernels.Weight{N: N, K: K}
					scale := make([]float32, max(T, N))
					b.PackI8(w, kernels.Of(make([]int8, N*K)), of(scale))
					x, y := make([]int8, T*K), make([]float32, T*N)
					b.GemmI8(of(y), kernels.Of(x), of(scale), w, T)
					bm.ResetTimer()
					for range bm.N {
						b.GemmI8(of(y), kernels.Of(x), of(scale), w, T)
					}
					bm.ReportMetric(2e-9*float64(T*N*K)*float64(bm.N)/bm.Elapsed().Seconds(), "GOP/s")
				})
			}
		}
	}
}
