package stats

import (
	"fmt"
	"slices"

	"github.com/stepgrain/stepgrain/internal/rng"
)

// NestedInterval is the percentile interval of a mean when whole runs (seeds of
// training, or of sampling) were repeated: runs[r] holds the values of run r, its
// strata the same tasks in the same order in every run. Each resample draws runs,
// and then, once for all of them, tasks within their strata: tasks are shared by
// the runs, so they must not be drawn for each run anew. With one run only the
// tasks are drawn, and nothing is learned about other runs; with a few, intervals
// are too narrow, since few runs cannot show how much runs differ.
func NestedInterval(runs [][][]float64, o Options) Interval {
	return nested([][][][]float64{runs}, []float64{1}, o)
}

// NestedDifference is the interval of the mean of b's values minus a's, where both
// were run several times on the same tasks. Runs are drawn for each side, tasks
// once for both.
func NestedDifference(a, b [][][]float64, o Options) Interval {
	return nested([][][][]float64{a, b}, []float64{-1, 1}, o)
}

// nested draws means of Σ sign·side.
func nested(sides [][][][]float64, signs []float64, o Options) Interval {
	n := 0
	for k, runs := range sides {
		if len(runs) == 0 {
			panic("stats: NestedInterval: no runs")
		}
		for r := range runs {
			sameShape(runs[r], sides[0][0], k, r)
		}
	}
	for _, s := range sides[0][0] {
		n += len(s)
	}
	g := rng.New(o.Seed, "stats", "nested")
	means := make([]float64, o.resamples())
	var drawn [][][]float64 // runs, and the weight of each
	var weights []float64
	for b := range means {
		drawn, weights = drawn[:0], weights[:0]
		for k, runs := range sides {
			for range runs {
				drawn = append(drawn, runs[g.IntN(len(runs))])
				weights = append(weights, signs[k]/float64(len(runs)))
			}
		}
		sum := 0.0
		for s := range sides[0][0] {
			m := uint32(len(sides[0][0][s]))
			for range m {
				i := g.Uint32N(m)
				for d, w := range weights {
					sum += w * drawn[d][s][i]
				}
			}
		}
		means[b] = sum / float64(n)
	}
	slices.Sort(means)
	o.Percentile = true
	return bounds(means, 0, 0, o)
}

// sameShape panics when a run does not have the tasks of the first.
func sameShape(run, first [][]float64, side, r int) {
	if len(run) != len(first) {
		panic(fmt.Sprintf("stats: NestedInterval: run %d of side %d has %d strata, the first has %d", r, side, len(run), len(first)))
	}
	for s := range run {
		if len(run[s]) != len(first[s]) {
			panic(fmt.Sprintf("stats: NestedInterval: run %d of side %d has %d values in stratum %d, the first has %d", r, side, len(run[s]), s, len(first[s])))
		}
	}
}
