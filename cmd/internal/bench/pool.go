package bench

import (
	"fmt"
	"time"

	"github.com/stepgrain/stepgrain/kernels"
)

// poolCases measure what sharing work costs. The work is rows of LogProb, each a
// chain of exponentials over 1 KB, so that even the longest stays in second-level
// caches of 2 MB and halves can go at full speed. ForkJoin0 repeats it without a
// gap, ForkJoinAfterGap leaves 200 µs between calls, in which the workers must
// stay awake. The figure is the time of one call (without the gap); half of the
// serial time would be ideal on two threads.
func poolCases() []Case {
	var list []Case
	for _, half := range []int{1, 10, 100} { // µs of each half, about
		T := 21 * half // 0.095 µs a row with AVX-512
		for _, gap := range []time.Duration{0, 200 * time.Microsecond} {
			name := "ForkJoin0"
			if gap > 0 {
				name = "ForkJoinAfterGap"
			}
			list = append(list, Case{Name: fmt.Sprintf("Parallel/%s/%dus", name, half), Shape: fmt.Sprintf("2×%d µs", half), Unit: "us",
				Rate: func(e *Env) float64 {
					const d = 256
					e.inputs = newInputs("pool")
					x, lse, entropy := e.buf(T*d), e.zeros(T), e.zeros(T)
					return forkJoin(func() { e.Backend.LogProb(kernels.Buffer{}, entropy, lse, x, nil, T, d, 1) }, gap)
				}})
		}
	}
	// An empty kernel shows the cost of a call itself.
	list = append(list, Case{Name: "Parallel/Call", Shape: "16 numbers", Unit: "us",
		Setup: func(e *Env) func() {
			y, x := e.buf(16), e.buf(16)
			return func() { e.Backend.Add(y, y, x, 16) }
		}})
	return list
}

// forkJoin returns the mean time of a call in µs.
func forkJoin(call func(), gap time.Duration) float64 {
	const calls = 40
	call()
	var sum time.Duration
	for range calls {
		for start := time.Now(); time.Since(start) < gap; {
		}
		start := time.Now()
		call()
		sum += time.Since(start)
	}
	return float64(sum.Nanoseconds()) / calls / 1e3
}
