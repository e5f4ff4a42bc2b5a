package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// load is processor time at a moment, in ticks of a hundredth of a second: of
// everybody, and of some processes with what they started.
type load struct {
	at         time.Time
	busy, ours float64
}

const tick = 0.01 // s: what Linux counts in, on every architecture of ours

// readLoad reads /proc; where there is none, all is zero.
func readLoad(pids ...int) load {
	l := load{at: time.Now()}
	if text, err := os.ReadFile("/proc/stat"); err == nil {
		l.busy, _ = busy(string(text))
	}
	pids = slices.Compact(slices.Sorted(slices.Values(append([]int{os.Getpid()}, pids...))))
	for _, pid := range pids { // once each: a library lives in the process of ours
		if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
			l.ours += ownTicks(string(text))
		}
	}
	return l
}

// busy sums the first line of /proc/stat without idle time and waiting.
func busy(text string) (ticks float64, err error) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 8 || fields[0] != "cpu" {
		return 0, fmt.Errorf("not a line of /proc/stat: %q", line)
	}
	for i, f := range fields[1:8] { // user nice system idle iowait irq softirq
		if i == 3 || i == 4 {
			continue
		}
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return 0, err
		}
		ticks += v
	}
	return ticks, nil
}

// ownTicks is user and system time of a line of /proc/PID/stat, whose second
// field, in parentheses, may hold anything.
func ownTicks(text string) float64 {
	_, rest, ok := cutLast(text, ") ")
	fields := strings.Fields(rest)
	if !ok || len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return user + system
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// foreign returns how many processors others kept busy from a to b.
func foreign(a, b load) float64 {
	d := b.at.Sub(a.at).Seconds()
	if d <= 0 {
		return 0
	}
	return max(0, ((b.busy-a.busy)-(b.ours-a.ours))*tick/d)
}
