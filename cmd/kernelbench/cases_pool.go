package main

import (
	"fmt"
	"time"

	"github.com/stepgrain/stepgrain/kernels"
)

// poolCases measure what sharing work costs. A row of RMSNorm of known length
// is the work: ForkJoin0 repeats it without a gap, ForkJoinAfterGap leaves 200 µs
// between calls, in which the workers must stay awake. The figure is the time
// of one call (without the gap); half of the serial time would be ideal on two
// threads.
func poolCases() []benchmark {
	var list []benchmark
	for _, half := range []int{1, 10, 100} { // µs of each half, about
		T := 48 * half
		for _, gap := range []time.Duration{0, 200 * time.Microsecond} {
			name := "ForkJoin0"
			if gap > 0 {
				name = "ForkJoinAfterGap"
			}
			list = append(list, benchmark{name: fmt.Sprintf("Parallel/%s/%dus", name, half), shape: fmt.Sprintf("2×%d µs", half), unit: "us",
				rate: func(m *meter) float64 {
					const d = 256
					in := newInputs("pool")
					x, y, w, r := in.buf(T*d), in.zeros(T*d), in.buf(d), in.zeros(T)
					return forkJoin(func() { m.backend.RMSNorm(y, r, x, w, T, d, 1e-5) }, gap)
				}})
		}
	}
	// An empty kernel shows the cost of a call itself.
	list = append(list, benchmark{name: "Parallel/Call", shape: "16 numbers", unit: "us",
		setup: func(b kernels.Backend, in *inputs) func() {
			y, x := in.buf(16), in.buf(16)
			return func() { b.Add(y, y, x, 16) }
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
