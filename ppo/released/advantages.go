package released

import (
	"math"

	"github.com/stepgrain/stepgrain/ppo"
)

// Advantages is the released estimate for one row: values and rewards off the
// mask count as 0, but the recursion runs over every position,
//
//	δ_p = r_p + γ·V_{p+1} − V_p      A_p = δ_p + γλ·A_{p+1}      G_p = A_p + V_p
//
// and advantages stand at every position too. (Under the mask this is
// [ppo.EveryToken] with Zero.)
func Advantages(mask []bool, value, reward []float64, gamma, lambda float64) (advantages, returns []float64) {
	n := len(mask)
	advantages, returns = make([]float64, n), make([]float64, n)
	next, last := 0.0, 0.0
	for p := n - 1; p >= 0; p-- {
		v, r := 0.0, 0.0
		if mask[p] {
			v, r = value[p], reward[p]
		}
		last = r + gamma*next - v + gamma*lambda*last
		next = v
		advantages[p], returns[p] = last, last+v
	}
	return advantages, returns
}

// whiten normalises all positions by mean and variance under the mask.
func whiten(x [][]float64, mask [][]bool) [][]float64 {
	inside := under(x, mask)
	mean := ppo.Mean(inside)
	f := 1 / math.Sqrt(ppo.Variance(inside)+1e-8)
	out := make([][]float64, len(x))
	for i, row := range x {
		out[i] = make([]float64, len(row))
		for p, a := range row {
			out[i][p] = (a - mean) * f
		}
	}
	return out
}

// under lists the numbers under a mask, row after row.
func under(x [][]float64, mask [][]bool) []float64 {
	var out []float64
	for i, row := range x {
		for p, m := range mask[i] {
			if m {
				out = append(out, row[p])
			}
		}
	}
	return out
}
