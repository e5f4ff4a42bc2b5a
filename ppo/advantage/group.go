package advantage

import (
	"fmt"
	"math"
)

// GRPO is the group-relative advantage (Shao et al. 2024):
//
//	A_i = (R_i − mean) / (σ + Eps)
//
// with mean and σ (unbiased) over the group of episode i. NoStd leaves the
// division out (Dr. GRPO). A group of one gets 0, or with RawSingle what verl
// gives it: mean 0, σ 1, the raw return.
type GRPO struct {
	Eps       float64 // 1e-6 is usual
	NoStd     bool
	RawSingle bool
}

// Advantages returns one advantage per episode.
func (g GRPO) Advantages(returns []float64, group []int) []float64 {
	out := make([]float64, len(returns))
	for _, members := range groups("GRPO", returns, group) {
		mean, std := meanStd(pick(returns, members))
		if len(members) == 1 {
			std = 1
			if g.RawSingle {
				mean = 0
			}
		}
		for _, i := range members {
			out[i] = returns[i] - mean
			if !g.NoStd {
				out[i] /= std + g.Eps
			}
		}
	}
	return out
}

// RLOO is the return minus the mean return of the others of the group
// (leave-one-out, Ahmadian et al. 2024). A group of one gets 0, or its raw
// return with RawSingle.
type RLOO struct{ RawSingle bool }

// Advantages returns one advantage per episode.
func (r RLOO) Advantages(returns []float64, group []int) []float64 {
	out := make([]float64, len(returns))
	for _, members := range groups("RLOO", returns, group) {
		if len(members) == 1 {
			if r.RawSingle {
				out[members[0]] = returns[members[0]]
			}
			continue
		}
		for _, i := range members {
			others := 0.0
			for _, j := range members {
				if j != i {
					others += returns[j]
				}
			}
			out[i] = returns[i] - others/float64(len(members)-1)
		}
	}
	return out
}

// groups lists the members of every group, in the order of first appearance.
func groups(op string, values []float64, group []int) [][]int {
	if len(values) != len(group) {
		panic(fmt.Sprintf("advantage: %s: %d returns of %d episodes", op, len(values), len(group)))
	}
	return by(group)
}

func by[K comparable](keys []K) [][]int {
	at := map[K]int{}
	var out [][]int
	for i, k := range keys {
		j, ok := at[k]
		if !ok {
			j = len(out)
			at[k] = j
			out = append(out, nil)
		}
		out[j] = append(out[j], i)
	}
	return out
}

func pick(x []float64, at []int) []float64 {
	out := make([]float64, len(at))
	for i, j := range at {
		out[i] = x[j]
	}
	return out
}

// meanStd returns the mean and the unbiased standard deviation, 1 of one number.
func meanStd(x []float64) (mean, std float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	if len(x) < 2 {
		return mean, 1
	}
	for _, v := range x {
		std += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(std / float64(len(x)-1))
}
