package ppo

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// parallelTokens is how many tokens make it worthwhile to wake other cores, at
// some 3 ns a token and 30 µs a core.
const parallelTokens = 1 << 16

// EstimateRows is Estimate of every row. Rows do not touch one another, so many
// of them are shared among the cores, which changes no bit. e must keep no state.
func EstimateRows(e Estimator, rows []*Row) {
	tokens := 0
	for _, r := range rows {
		tokens += len(r.Turn)
	}
	workers := min(runtime.GOMAXPROCS(0), len(rows), tokens/parallelTokens+1)
	if workers <= 1 {
		for _, r := range rows {
			e.Estimate(r)
		}
		return
	}
	estimateParallel(e, rows, workers)
}

func estimateParallel(e Estimator, rows []*Row, workers int) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(rows); i = next.Add(1) - 1 {
				e.Estimate(rows[i])
			}
		})
	}
	all.Wait()
}
