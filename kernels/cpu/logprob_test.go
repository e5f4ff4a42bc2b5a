package cpu

import (
	"math/rand/v2"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

// The gradient of a log-probability does not depend on where the logits lie:
// lse, a float32, has lost digits there that the gradient needs.
func TestLogProbBackwardFarFromZero(t *testing.T) {
	const T, V = 5, 77
	targets := []int32{0, 3, 76, 12, 40}
	for _, impl := range vectorImpls() {
		b := open(t, impl, 1)
		for _, c := range []struct{ shift, scale, invTemp float32 }{{5000, 3, 1}, {-3000, 1, 1}, {0, 60, 1}, {0, 50, 1.25}} {
			r := rand.New(rand.NewPCG(1, 2))
			z := normals(r, T*V)
			for i := range z {
				z[i] = z[i]*c.scale + c.shift
			}
			dlogp, dentropy := normals(r, T), normals(r, T)
			gradient := func(dev kernels.Backend) []float32 {
				grad, logp, entropy, lse := clone(z), make([]float32, T), make([]float32, T), make([]float32, T)
				dev.LogProb(of(logp), of(entropy), of(lse), of(grad), targets, T, V, float64(c.invTemp))
				dev.LogProbBackward(of(grad), of(lse), of(entropy), targets, of(dlogp), of(dentropy), T, V, float64(c.invTemp))
				return grad
			}
			var want []float64
			for _, x := range gradient(ref.New()) {
				want = append(want, float64(x))
			}
			near(t, impl, gradient(b), want, 3e-6)
		}
	}
}
