package local

import (
	"fmt"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
)

// BenchmarkSearch measures a depth-first search (8 turns) of a real model with and
// without shared prefixes: time, and tokens of prompts computed.
//
//	STEPGRAIN_SMOLLM2=… go test -run - -bench Search -benchtime 1x ./cmd/internal/local
func BenchmarkSearch(b *testing.B) {
	path := golden.SmolLM2(b)
	for _, apart := range []bool{false, true} {
		b.Run(fmt.Sprintf("apart=%v", apart), func(b *testing.B) {
			m, err := Open(Options{Path: path, MaxTokens: 48, Apart: apart})
			if err != nil {
				b.Fatal(err)
			}
			defer m.Close()
			n := 0
			for b.Loop() {
				n++
				dfs(b, m, fmt.Sprint("Oslo", n), 8)
			}
			s := m.Stats()
			b.ReportMetric(float64(s.Prefilled)/float64(n), "prefilled/op")
			b.ReportMetric(float64(s.Shared)/float64(n), "shared/op")
			b.ReportMetric(float64(s.Sampled)/float64(n), "sampled/op")
		})
	}
}
