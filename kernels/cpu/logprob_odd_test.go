package cpu

import (
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// With ∞, NaN, −0, subnormal and huge logits at random places, all
// implementations have NaN and ∞ in the same places and else the same numbers,
// CrossEntropy has the bits of LogProb, and draws stay inside the row.
func TestOddLogits(t *testing.T) {
	odd := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.Copysign(0, -1)), 1e-42, 3e38, -3e38, 88.9, -104}
	const T = 3 // the odd row lies between two others
	for _, V := range []int{1, 2, 3, 15, 16, 17, 63, 64, 65, 100, 256, 257, 1000} {
		r := stream(t, V)
		for trial := range 20 {
			z, d := normals(r, T*V), normals(r, T)
			for range 1 + r.IntN(3) {
				z[V+r.IntN(V)] = odd[r.IntN(len(odd))]
			}
			if trial == 0 {
				for i := range V {
					z[V+i] = float32(math.Inf(-1))
				}
			}
			targets := []int32{int32(r.IntN(V)), int32(r.IntN(V)), int32(r.IntN(V))}
			want := oddLogits(t, Impls()[0], z, d, targets, V)
			for _, impl := range Impls()[1:] {
				for name, got := range oddLogits(t, impl, z, d, targets, V) {
					for i, g := range got {
						g, w := float64(g), float64(want[name][i])
						if g != w && !(math.IsNaN(g) && math.IsNaN(w)) && !(math.Abs(g-w) <= 1e-3*(1+math.Abs(w)) && !math.IsInf(w, 0)) {
							t.Fatalf("V=%d: %s: %s[%d] = %v, %s has %v", V, impl, name, i, g, Impls()[0], w)
						}
					}
				}
			}
		}
	}
}

func oddLogits(t *testing.T, impl string, z, d []float32, targets []int32, V int) map[string][]float32 {
	b, T := open(t, impl, 1), len(targets)
	out := map[string][]float32{"gradient": clone(z), "gradient of logp": clone(z), "cross-entropy": clone(z)}
	get := func(name string) kernels.Buffer { out[name] = make([]float32, T); return of(out[name]) }
	logp, entropy, lse := get("logp"), get("entropy"), get("lse")
	b.LogProb(logp, entropy, lse, of(z), targets, T, V, 1)
	b.LogProbBackward(of(out["gradient"]), lse, entropy, targets, of(d), of(d), T, V, 1)
	b.LogProbBackward(of(out["gradient of logp"]), lse, kernels.Buffer{}, targets, of(d), kernels.Buffer{}, T, V, 1)
	b.CrossEntropy(get("logp of cross-entropy"), of(out["cross-entropy"]), targets, of(d), T, V, 1)
	same(t, impl+": logp", out["logp of cross-entropy"], out["logp"])
	drawn, largest := make([]int32, T), make([]int32, T)
	b.Sample(drawn, of(z), lse, []float64{.1, .5, .9}, T, V, 1)
	b.ArgMax(largest, of(z), T, V)
	for i := range T {
		if drawn[i] < 0 || int(drawn[i]) >= V || largest[i] < 0 || int(largest[i]) >= V {
			t.Fatalf("%s: drew %d, largest %d, of %d", impl, drawn[i], largest[i], V)
		}
	}
	return out
}
