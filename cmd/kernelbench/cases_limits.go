package main

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels/cpu/limits"
)

// limitCases are the limits themselves.
func limitCases() []benchmark {
	var list []benchmark
	for _, l := range []struct{ name, isa string }{{"FMA256", "avx2"}, {"FMA512", "avx512"}, {"FMAgeneric", "generic"}} {
		if !hasImpl(l.isa) {
			continue
		}
		list = append(list, benchmark{name: "Peak/" + l.name, shape: "registers", unit: "GFLOP/s",
			rate: func(m *meter) float64 { return limits.FMA(l.isa, m.threads(), 1) }})
	}
	for k := limits.Read; k <= limits.Update; k++ {
		for _, s := range sets {
			list = append(list, benchmark{name: fmt.Sprintf("Mem/%v/%s", k, s.name), shape: s.name + " a thread", unit: "GB/s",
				rate: func(m *meter) float64 { return limits.Bandwidth(k, m.impl, s.bytes, m.threads(), 1) }})
		}
	}
	return list
}
