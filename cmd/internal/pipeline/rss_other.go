//go:build !unix

package pipeline

import "runtime"

// peakRSS is the memory that the Go runtime has taken from the system.
func (r *run) peakRSS() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return max(r.state.PeakRSS, int64(m.Sys))
}
