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
// tasks are drawn, and nothing is learned about other runs.
func NestedInterval(runs [][][]float64, o Options) Interval {
	if len(runs) == 0 {
		panic("stats: NestedInterval: no runs")
	}
	n := 0
	for s := range runs[0] {
		n += len(runs[0][s])
	}
	for r := range runs {
		if len(runs[r]) != len(runs[0]) {
			panic(fmt.Sprintf("stats: NestedInterval: %d strata in run %d, %d in the first", len(runs[r]), r, len(runs[0])))
		}
		for s := range runs[r] {
			if len(runs[r][s]) != len(runs[0][s]) {
				panic(fmt.Sprintf("stats: NestedInterval: stratum %d has %d values in run %d, %d in the first", s, len(runs[r][s]), r, len(runs[0][s])))
			}
		}
	}
	g := rng.New(o.Seed, "stats", "nested")
	means := make([]float64, o.resamples())
	weight := make([]float64, len(runs)) // how often a run was drawn
	for b := range means {
		clear(weight)
		for range runs {
			weight[g.IntN(len(runs))]++
		}
		sum := 0.0
		for s := range runs[0] {
			m := uint32(len(runs[0][s]))
			for range m {
				i := g.Uint32N(m)
				for r, w := range weight {
					if w > 0 {
						sum += w * runs[r][s][i]
					}
				}
			}
		}
		means[b] = sum / float64(n*len(runs))
	}
	slices.Sort(means)
	o.Percentile = true
	return bounds(means, 0, 0, o)
}
