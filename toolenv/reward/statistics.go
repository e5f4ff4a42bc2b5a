package reward

import (
	"math"
	"slices"
)

// mean is 0 of nothing.
func mean(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// auc is the probability that a draw from high exceeds one from low, ties
// counting half; that of a coin, ½, when one of them is empty.
func auc(high, low []float64) float64 {
	if len(high) == 0 || len(low) == 0 {
		return .5
	}
	sorted := slices.Clone(low)
	slices.Sort(sorted)
	sum := 0.0
	for _, x := range high {
		below, _ := slices.BinarySearch(sorted, x)
		notAbove := below + sortedCount(sorted[below:], x)
		sum += float64(below) + float64(notAbove-below)/2
	}
	return sum / float64(len(high)) / float64(len(low))
}

// sortedCount counts the leading entries equal to x.
func sortedCount(s []float64, x float64) int {
	n, _ := slices.BinarySearchFunc(s, x, func(v, x float64) int {
		if v <= x {
			return -1
		}
		return 1
	})
	return n
}

// correlation is Pearson's; 0 when one side is constant.
func correlation(x, y []float64) float64 {
	mx, my := mean(x), mean(y)
	var sxx, syy, sxy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		sxx += dx * dx
		syy += dy * dy
		sxy += dx * dy
	}
	if sxx == 0 || syy == 0 {
		return 0
	}
	return sxy / math.Sqrt(sxx*syy)
}
