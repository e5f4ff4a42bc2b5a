//go:build unix

package pipeline

import (
	"bufio"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// peakRSS is the most memory that this process, or an earlier one of the run,
// held at once, in bytes.
func (r *run) peakRSS() int64 {
	if b := highWater(); b > 0 {
		return max(r.state.PeakRSS, b)
	}
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return r.state.PeakRSS
	}
	bytes := int64(u.Maxrss)
	if runtime.GOOS != "darwin" && runtime.GOOS != "ios" {
		bytes *= 1024 // kilobytes elsewhere
	}
	return max(r.state.PeakRSS, bytes)
}

// highWater reads Linux's own account, which unlike rusage leaves out the
// process that started this one; 0 elsewhere.
func highWater() int64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if text, ok := strings.CutPrefix(s.Text(), "VmHWM:"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(text), " kB"), 10, 64)
			return kb * 1024
		}
	}
	return 0
}
