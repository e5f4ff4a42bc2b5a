package pool

import (
	"sync/atomic"
	"time"
)

// Time returns the µs that a pool takes for 16 equal tasks of us µs together,
// the mean of 20 calls with a gap before each.
func Time(p Pool, us int, gap time.Duration) float64 {
	const calls, tasks = 20, 16
	n := int(float64(us) * rate.speed / tasks)
	f := func(_, task int) { spend(n) }
	p.Run(tasks, f)
	var sum time.Duration
	for range calls {
		for start := time.Now(); time.Since(start) < gap; {
		}
		start := time.Now()
		p.Run(tasks, f)
		sum += time.Since(start)
	}
	return float64(sum.Nanoseconds()) / 1e3 / calls
}

// spend works for a time that the size of n decides, in registers alone.
func spend(n int) {
	x := uint64(n) | 1
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	if x == 0 { // never: xorshift keeps away from it (Marsaglia 2003)
		never.Store(true)
	}
}

var never atomic.Bool

// rate is how many turns of spend take a µs, measured once.
var rate = func() (r struct{ speed float64 }) {
	for range 5 {
		start := time.Now()
		spend(20000)
		r.speed = max(r.speed, 20000/(float64(time.Since(start).Nanoseconds())/1e3))
	}
	return r
}()
