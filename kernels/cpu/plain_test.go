package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
)

// each runs f on every implementation of this machine with several numbers of workers.
func each(t *testing.T, f func(t *testing.T, b *Backend)) {
	for _, impl := range vectorImpls() {
		for _, workers := range []int{1, 2, 3, 8} {
			t.Run(fmt.Sprintf("%s-%d", impl, workers), func(t *testing.T) {
				f(t, open(t, impl, workers))
			})
		}
	}
}

// open starts a backend whose pool really has that many goroutines, however
// few cores there are.
func open(t testing.TB, impl string, workers int) *Backend {
	b, err := New(Options{Workers: workers, Impl: impl})
	if err != nil {
		t.Fatal(err)
	}
	b.pool.close()
	b.pool = newPoolLimit(workers, workers)
	t.Cleanup(b.Close)
	return b
}

// stream gives the numbers of a test.
func stream(t testing.TB, path ...any) *rand.Rand {
	return rng.New(7, append([]any{t.Name()}, path...)...)
}

func normals(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

func of(x []float32) kernels.Buffer { return kernels.Of(x) }

func clone(x []float32) []float32 { return append([]float32(nil), x...) }

// near fails unless got is within tol·(1+|want|) of want everywhere.
func near(t *testing.T, what string, got []float32, want []float64, tol float64) {
	t.Helper()
	for i, w := range want {
		if !(math.Abs(float64(got[i])-w) <= tol*(1+math.Abs(w))) {
			t.Fatalf("%s[%d] = %v, want %v", what, i, got[i], w)
		}
	}
}

// same fails unless got and want have the same bits.
func same(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s[%d] = %v, want the bits of %v", what, i, got[i], want[i])
		}
	}
}

// plainGemm is C = A·B (+ bias) (+ old) with strides, in float64, and the
// magnitude Σ|a·b| of each sum for the error bound.
func plainMul(m, n, k int, a []float32, rsa, csa int, b []float32, rsb, csb int) []float64 {
	c := make([]float64, m*n)
	for i := range m {
		for j := range n {
			for p := range k {
				c[i*n+j] += float64(a[i*rsa+p*csa]) * float64(b[p*rsb+j*csb])
			}
		}
	}
	return c
}
