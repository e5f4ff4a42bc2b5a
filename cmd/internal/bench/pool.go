package bench

import (
	"fmt"
	"time"
)

// poolCases measure what sharing work costs. A row of RMSNorm of known length
// is the work: ForkJoin0 repeats it without a gap, ForkJoinAfterGap leaves 200 µs
// between calls, in which the workers must stay awake. The figure is the time
// of one call (without the gap); half of the serial time would be ideal on two
// threads.
func poolCases() []Case {
	var list []Case
	for _, half := range []int{1, 10, 100} { // µs of each half, about
		T := 48 * half
		for _, gap := range []time.Duration{0, 200 * time.Microsecond} {
			name := "ForkJoin0"
			if gap > 0 {
				name = "ForkJoinAfterGap"
			}
			list = append(list, Case{Name: fmt.Sprintf("Parallel/%s/%dus", name, half), Shape: fmt.Sprintf("2×%d µs", half), Unit: "us",
				Rate: func(e *Env) float64 {
					const d = 256
					e.inputs = newInputs("pool")
					x, y, w, r := e.buf(T*d), e.zeros(T*d), e.buf(d), e.zeros(T)
					return forkJoin(func() { e.Backend.RMSNorm(y, r, x, w, T, d, 1e-5) }, gap)
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
