package stats

import (
	"fmt"
	"math"
	"slices"

	"github.com/stepgrain/stepgrain/internal/rng"
)

// Options are the settings of everything that draws random numbers.
type Options struct {
	Resamples int     // 0: 10000
	Level     float64 // of intervals; 0: .95
	Seed      uint64
	// Percentile asks for plain percentile intervals instead of BCa.
	Percentile bool
}

func (o Options) resamples() int {
	if o.Resamples == 0 {
		return 10000
	}
	if o.Resamples < 0 {
		panic(fmt.Sprintf("stats: Options: %d resamples", o.Resamples))
	}
	return o.Resamples
}

func (o Options) level() float64 {
	if o.Level == 0 {
		return .95
	}
	if !(o.Level > 0 && o.Level < 1) {
		panic(fmt.Sprintf("stats: Options: level %g", o.Level))
	}
	return o.Level
}

// Interval is a confidence interval.
type Interval struct{ Low, High float64 }

// Mean is the mean over all values of all strata; NaN of none.
func Mean(strata [][]float64) float64 {
	sum, n := 0.0, 0
	for _, s := range strata {
		for _, v := range s {
			sum += v
		}
		n += len(s)
	}
	return sum / float64(n)
}

// MeanInterval is the bootstrap interval of [Mean]. Values are drawn with
// replacement within their stratum. The interval is BCa ("bias-corrected and
// accelerated", Efron, Better bootstrap confidence intervals, JASA 82, 1987): with
// the resampled means θ*, the mean θ and the influence l of each value,
//
//	z₀ = Φ⁻¹(share of θ* below θ, ties counting half)
//	a  = Σ l³ / (6 (Σ l²)^{3/2})
//	α' = Φ(z₀ + (z₀+z_α) / (1 - a (z₀+z_α)))
//
// and the bounds are the α' quantiles of θ*. Of a mean the influence of a value is
// its distance from the mean of its stratum; every value weighs the same, as in
// the mean itself (Davison and Hinkley, Bootstrap Methods and their Application,
// 1997, section 5.3). Where no value differs from its stratum the interval is the
// mean itself: resampling has nothing to say about such data.
func MeanInterval(strata [][]float64, o Options) Interval {
	theta := Mean(strata)
	var cubes, squares float64
	for _, s := range strata {
		m := Mean([][]float64{s})
		for _, v := range s {
			d := v - m
			squares += d * d
			cubes += d * d * d
		}
	}
	if math.IsNaN(theta) || squares == 0 {
		return Interval{theta, theta}
	}
	means := resampledMeans(strata, o)
	a := cubes / (6 * math.Pow(squares, 1.5))
	return bounds(means, theta, a, o)
}

// resampledMeans draws the means of o.Resamples resamples and sorts them.
func resampledMeans(strata [][]float64, o Options) []float64 {
	n := 0
	for _, s := range strata {
		n += len(s)
	}
	r := rng.New(o.Seed, "stats", "mean")
	means := make([]float64, o.resamples())
	for b := range means {
		sum := 0.0
		for _, s := range strata {
			m := uint32(len(s))
			for range s {
				sum += s[r.Uint32N(m)]
			}
		}
		means[b] = sum / float64(n)
	}
	slices.Sort(means)
	return means
}

// bounds takes an interval out of sorted resampled estimates of theta.
func bounds(sorted []float64, theta, a float64, o Options) Interval {
	tail := (1 - o.level()) / 2
	if o.Percentile {
		return Interval{quantile(sorted, tail), quantile(sorted, 1-tail)}
	}
	// Sums in another order differ in their last bits: what is that near is equal.
	near := 1e-12 * math.Max(1, math.Abs(theta))
	below, _ := slices.BinarySearch(sorted, theta-near)
	upTo, _ := slices.BinarySearch(sorted, theta+near)
	b := float64(len(sorted))
	share := (float64(below) + float64(upTo)) / 2 / b
	z0 := normalQuantile(min(max(share, .5/b), 1-.5/b))
	adjusted := func(alpha float64) float64 {
		z := z0 + normalQuantile(alpha)
		return normalCDF(z0 + z/(1-a*z))
	}
	return Interval{quantile(sorted, adjusted(tail)), quantile(sorted, adjusted(1-tail))}
}

// quantile interpolates linearly between order statistics.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	f := at - float64(i)
	return sorted[i]*(1-f) + sorted[i+1]*f
}

func normalCDF(z float64) float64      { return math.Erfc(-z/math.Sqrt2) / 2 }
func normalQuantile(p float64) float64 { return -math.Sqrt2 * math.Erfcinv(2*p) }
