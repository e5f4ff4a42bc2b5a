package bench

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels/cpu/limits"
)

// limitCases are the limits themselves.
func limitCases() []Case {
	var list []Case
	for _, u := range []limits.Unit{limits.FMA256, limits.FMA512, limits.DPBF16, limits.MADD8, limits.VNNI, limits.AMXBF16, limits.AMXI8, limits.FMAGeneric} {
		list = append(list, Case{Name: "Peak/" + string(u), Shape: "registers", Unit: "GFLOP/s",
			Rate: func(e *Env) float64 {
				for _, have := range limits.Units() {
					if have == u {
						return limits.Peak(u, e.Threads, 1)
					}
				}
				e.Skip("this processor or system does not have it")
				return 0
			}})
	}
	for k := limits.Read; k <= limits.Update; k++ {
		for _, s := range sets {
			list = append(list, Case{Name: fmt.Sprintf("Mem/%v/%s", k, s.name), Shape: s.name + " a thread", Unit: "GB/s",
				Rate: func(e *Env) float64 { return e.bandwidth(k, s.bytes, 1) }})
		}
	}
	return list
}

// sets are the working sets of the memory limits: first and second level, the
// cache that cores share, and main memory; the last holds four times what any
// processor met so far says of its third level.
var sets = []struct {
	name  string
	bytes int
}{{"24K", 24 << 10}, {"512K", 512 << 10}, {"8M", 8 << 20}, {"64M", 64 << 20}, {"480M", 480 << 20}, {"2G", 2 << 30}}

// workingSet returns the smallest listed set that holds bytes.
func workingSet(bytes float64) int {
	for _, s := range sets {
		if bytes <= float64(s.bytes) {
			return s.bytes
		}
	}
	return sets[len(sets)-1].bytes
}

// memory is the working set that was measured last, which the next case of the
// same size uses again: filling a gigabyte takes longer than reading it.
var memory struct {
	*limits.Memory
	kind           limits.Kind
	bytes, threads int
}

// bandwidth measures GB/s of a kind over a set of bytes for each thread.
func (e *Env) bandwidth(k limits.Kind, bytes, samples int) float64 {
	if memory.Memory == nil || memory.kind != k || memory.bytes != bytes || memory.threads != e.Threads {
		if memory.Memory != nil {
			memory.Free()
		}
		memory.Memory, memory.kind, memory.bytes, memory.threads = limits.NewMemory(k, bytes, e.Threads), k, bytes, e.Threads
	}
	if bytes > 64<<20 {
		samples = min(samples, 2) // each is long already
	}
	return memory.Bandwidth(e.Impl, samples)
}
