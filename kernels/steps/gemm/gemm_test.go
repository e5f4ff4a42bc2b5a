package gemm

import (
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

// Every version agrees with package ref on full tiles, on edges, and on sums
// of several blocks, and writes nothing beside C.
func TestVersions(t *testing.T) {
	backend, err := cpu.New(cpu.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer backend.Close()
	const guard, mark = 64, 12345
	for _, size := range [][3]int{{1, 1, 1}, {4, 8, 5}, {12, 32, 7}, {13, 33, 9}, {25, 70, 300}, {48, 64, 520}, {1030, 35, 3}} {
		m, n, k := size[0], size[1], size[2]
		r := rng.New(1, "steps/gemm", m, n, k)
		a, b, want, bound := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n), math.Sqrt(float64(k))*4e-6
		for i := range a {
			a[i] = float32(r.NormFloat64())
		}
		for i := range b {
			b[i] = float32(r.NormFloat64())
		}
		w := kernels.Weight{Raw: kernels.Of(b), N: k, K: n}
		ref.New().LinearBackwardX(kernels.Of(want), kernels.Of(a), &w, m, false)
		for _, v := range Versions {
			memory := make([]float32, guard+m*n+guard)
			for i := range memory {
				memory[i] = mark
			}
			v.Mul(backend, memory[guard:][:m*n], a, b, m, n, k)
			for i, got := range memory {
				if i < guard || i >= guard+m*n {
					if got != mark {
						t.Fatalf("%s %v: wrote beside C at %d", v.Name, size, i-guard)
					}
				} else if math.Abs(float64(got-want[i-guard])) > bound {
					t.Fatalf("%s %v: C[%d] = %v, want %v", v.Name, size, i-guard, got, want[i-guard])
				}
			}
		}
	}
}

// The tile in assembly computes what the one in Go does.
func TestTile(t *testing.T) {
	r := rng.New(1, "steps/gemm tile")
	random := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		return x
	}
	const k, ldb, ldc = 37, 40, 50
	a, b := random(mr*k), random(k*ldb)
	for _, fresh := range []bool{false, true} {
		c := random(mr * ldc)
		want := append([]float32(nil), c...)
		tile(c, ldc, a, 1, mr, b, ldb, k, fresh)
		tileGo(want, ldc, a, 1, mr, b, ldb, k, fresh)
		for i := range c {
			if math.Abs(float64(c[i]-want[i])) > 1e-5 {
				t.Fatalf("fresh %v: C[%d] = %v, want %v", fresh, i, c[i], want[i])
			}
		}
	}
}
