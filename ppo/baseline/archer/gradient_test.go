package archer

import (
	"math"
	"testing"
)

// The derivatives stated for the two losses agree with central differences.
func TestGradient(t *testing.T) {
	advantage := []float64{.7, -1.3, 0}
	logp := [][]float64{{-.2, -1.5}, {-.9}, {-2.1, -.4, -.6}}
	for i, row := range logp {
		for k := range row {
			want := -advantage[i] / 3
			got := difference(&row[k], func() float64 { return ActorLoss(advantage, logp) })
			if !(math.Abs(got-want) <= 1e-9) {
				t.Errorf("ActorLoss: log-probability %d of transition %d: difference %.12g, want %.12g", k, i, got, want)
			}
		}
	}
	x, target := Heads{{.3, -1.2, 2}, {.5, .1, -.7}}, Heads{{1, -.4, 2}, {-.2, .6, .9}}
	for h := range x {
		for i := range x[h] {
			for loss := range x {
				want := 0.0 // a head's loss does not know the other head
				if loss == h {
					want = 2 * (x[h][i] - target[h][i]) / 3
				}
				got := difference(&x[h][i], func() float64 { return MSE(x, target)[loss] })
				if !(math.Abs(got-want) <= 1e-9) {
					t.Errorf("MSE of head %d: estimate %d of head %d: difference %.12g, want %.12g", loss, i, h, got, want)
				}
			}
		}
	}
}

// difference is the central difference of f in one of its numbers.
func difference(x *float64, f func() float64) float64 {
	const h = 1e-5
	was := *x
	*x = was + h
	up := f()
	*x = was - h
	down := f()
	*x = was
	return (up - down) / (2 * h)
}
