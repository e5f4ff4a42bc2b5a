package metrics

import (
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// PassAtK is the unbiased estimate of the chance that at least one of k samples
// solves a task, from n samples of which c did (Chen et al., Evaluating Large
// Language Models Trained on Code, 2021):
//
//	1 - C(n-c, k)/C(n, k) = 1 - Π_{i=n-c+1..n} (1 - k/i)
//
// The product needs no large numbers. It panics when there are fewer than k
// samples: no estimate of that kind exists then.
func PassAtK(n, c, k int) float64 {
	if k < 1 || n < k || c < 0 || c > n {
		panic(fmt.Sprintf("metrics: PassAtK: %d of %d samples solved, k = %d", c, n, k))
	}
	if n-c < k {
		return 1
	}
	product := 1.0
	for i := n - c + 1; i <= n; i++ {
		product *= 1 - float64(k)/float64(i)
	}
	return 1 - product
}

// PassAtKUnsure is PassAtK where some of the samples are solved with probability
// ½ each (Unsure): the mean over the 2ᵘ ways to decide them. For k = 1 that is the
// pass rate.
func PassAtKUnsure(n, solved, unsure, k int) float64 {
	// weight is C(unsure, j)/2^unsure; the sum runs over j of them being solved.
	sum := 0.0
	weights := binomialHalf(unsure)
	for j, w := range weights {
		sum += w * PassAtK(n, solved+j, k)
	}
	return sum
}

// binomialHalf are the probabilities of 0 to n heads of n fair coins.
func binomialHalf(n int) []float64 {
	p := make([]float64, n+1)
	p[0] = 1
	for i := 1; i <= n; i++ {
		for j := i; j >= 0; j-- {
			with := 0.0
			if j > 0 {
				with = p[j-1]
			}
			p[j] = (p[j] + with) / 2
		}
	}
	return p
}

// Count counts the verdicts of one repeat over the samples of a task.
func Count(samples []*Answer, repeat int) (solved, unsure int) {
	for _, a := range samples {
		if repeat >= len(a.Verdicts) {
			continue
		}
		switch a.Verdicts[repeat] {
		case steptool.Solved:
			solved++
		case steptool.Unsure:
			unsure++
		}
	}
	return solved, unsure
}
