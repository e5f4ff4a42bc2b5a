package ppo

import "math"

// whitenEps keeps the division of [Whitening] finite.
const whitenEps = 1e-8

// Whitening says what is done to the advantages of a batch, over its sampled
// tokens: A ← (A − μ)/√(σ² + 1e−8), with σ² the unbiased variance.
type Whitening string

// The forms. ScaleOnly divides and keeps the mean, so that a batch in which
// everything went better than expected still says so.
const (
	WhitenFull Whitening = "full"
	ScaleOnly  Whitening = "scale"
	NoWhiten   Whitening = "none"
)

// Whiten changes the advantages of all rows together and returns their mean
// and unbiased variance before. A batch with fewer than two sampled tokens has
// no variance and is left alone. Returns are not touched.
func Whiten(rows []*Row, w Whitening) (mean, variance float64) {
	each := func(f func(a *float64)) {
		for _, r := range rows {
			for t, u := range r.Turn {
				if u >= 0 {
					f(&r.Advantage[t])
				}
			}
		}
	}
	n := 0.0
	each(func(a *float64) { n++; mean += *a })
	if n < 2 {
		return mean, 0
	}
	mean /= n
	each(func(a *float64) { variance += (*a - mean) * (*a - mean) })
	variance /= n - 1
	f := 1 / math.Sqrt(variance+whitenEps)
	switch w {
	case WhitenFull:
		each(func(a *float64) { *a = (*a - mean) * f })
	case ScaleOnly:
		each(func(a *float64) { *a = (*a-mean)*f + mean })
	}
	return mean, variance
}

// Dead reports whether a batch says nothing about the policy: the standard
// deviation of the task returns of its episodes (KL aside) is at most floor.
// Whitening would blow the noise of the critic up to unit variance, so the
// policy's step is skipped; the critic still learns.
//
// The test is on episodes: one on tokens never fires once the KL is in the
// reward. One episode alone has no deviation and is never dead.
func Dead(rows []*Row, floor float64) bool {
	var returns []float64
	for _, r := range rows {
		sum := 0.0
		for t, u := range r.Turn {
			if u >= 0 {
				sum += r.Task[t]
			}
		}
		returns = append(returns, sum)
	}
	return len(returns) > 1 && math.Sqrt(Variance(returns)) <= floor
}

// Mean returns the mean of x, 0 of nothing.
func Mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(max(1, len(x)))
}

// Variance returns the unbiased variance of x, 0 of fewer than two numbers.
func Variance(x []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	mean, sum := Mean(x), 0.0
	for _, v := range x {
		sum += (v - mean) * (v - mean)
	}
	return sum / float64(len(x)-1)
}

func std(x []float64) float64 { return math.Sqrt(Variance(x)) }
