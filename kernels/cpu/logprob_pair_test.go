package cpu

import (
	"math"
	"slices"
	"testing"
)

// CrossEntropy of many rows has the bits of CrossEntropy of each row alone, and
// so of rows that stand in a pair, first or second, or are left over; also with
// NaN, ∞ and −0 among them.
func TestCrossEntropyPairs(t *testing.T) {
	odd := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.Copysign(0, -1)), -3e38}
	for _, impl := range vectorImpls() {
		b := open(t, impl, 1)
		for _, V := range []int{1, 15, 16, 17, 63, 64, 65, 100, 127, 128, 250, 256, 257, pairsTo, pairsTo + 1} {
			for T := 1; T <= 7; T++ {
				r := stream(t, 100*V+T)
				z, d := normals(r, T*V), normals(r, T)
				for range T / 2 {
					z[r.IntN(T*V)] = odd[r.IntN(len(odd))]
				}
				targets := make([]int32, T)
				for i := range targets {
					targets[i] = int32(r.IntN(V))
				}
				together, logp := clone(z), make([]float32, T)
				b.CrossEntropy(of(logp), of(together), targets, of(d), T, V, 1.25)
				for i := range T {
					alone, lp := clone(z[i*V:(i+1)*V]), make([]float32, 1)
					b.CrossEntropy(of(lp), of(alone), targets[i:], of(d[i:]), 1, V, 1.25)
					sameOrNaN(t, impl, V, i, lp, logp[i:i+1])
					sameOrNaN(t, impl, V, i, alone, together[i*V:(i+1)*V])
				}
			}
		}
	}
}

func sameOrNaN(t *testing.T, impl string, V, row int, got, want []float32) {
	t.Helper()
	for i, g := range got {
		if g, w := math.Float32bits(g), math.Float32bits(want[i]); g != w && (got[i] == got[i] || want[i] == want[i]) {
			t.Fatalf("%s: V=%d, row %d: %x alone, %x among others, at %d", impl, V, row, g, w, i)
		}
	}
}

// softmaxPair is its Go loop, but for the rounding of the exponentials.
func TestSoftmaxPair(t *testing.T) {
	const impl = "avx512"
	if !slices.Contains(Impls(), impl) {
		t.Skip("no pairs here")
	}
	isa := open(t, impl, 1).isa
	for _, n := range []int{1, 16, 70, 256} {
		for _, more := range []bool{false, true} {
			x := normals(stream(t, n), 4*n)
			y := clone(x)
			p := rowPair{c: [2]float32{-1, 0.5}}
			for r := range 2 {
				p.m[r] = maxScaledGeneric(x[r*n:(r+1)*n], 2)
			}
			q := p
			softmaxPair(isa, &p, x, n, 2, more)
			softmaxPairGeneric(&q, y, n, 2, more)
			if p.m != q.m {
				t.Errorf("n=%d: maxima %v, want %v", n, p.m, q.m)
			}
			want := []float64{float64(q.sum[0]), float64(q.sum[1])}
			for _, v := range y {
				want = append(want, float64(v))
			}
			near(t, impl, append(p.sum[:], x...), want, 2e-6)
		}
	}
}
