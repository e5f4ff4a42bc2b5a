package ppo_test

import (
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/ppo"
)

var scans = map[string]ppo.Estimator{
	"trace":   ppo.Trace{Within: ppo.Factors{Gamma: 1, Lambda: 1}, Across: ppo.Factors{Gamma: .99, Lambda: .95}},
	"bilevel": ppo.Bilevel{Within: ppo.Factors{Gamma: 1, Lambda: .9}, Across: ppo.Factors{Gamma: .99, Lambda: .95}},
	"turn":    ppo.TurnGAE{Factors: ppo.Factors{Gamma: .99, Lambda: .95}},
	"every":   ppo.EveryToken{Factors: ppo.Factors{Gamma: .99, Lambda: .95}},
}

// scanRows makes n rows: a prompt, and steps of 21 tokens with observations of 20.
func scanRows(n, steps int) []*ppo.Row {
	r := rng.New(1, "scan")
	var rows []*ppo.Row
	for range n {
		var turn []int32
		for u := range steps {
			for range 20 {
				turn = append(turn, -1)
			}
			for range 21 {
				turn = append(turn, int32(u))
			}
		}
		row := ppo.NewRow(turn)
		for t := range turn {
			row.Value[t], row.Task[t], row.KL[t] = r.NormFloat64(), r.NormFloat64(), r.NormFloat64()
		}
		rows = append(rows, row)
	}
	return rows
}

// Rows that are shared among the cores have the bits of rows done one by one.
func TestEstimateRows(t *testing.T) {
	for name, e := range scans {
		one, many := scanRows(300, 20), scanRows(300, 20)
		for _, r := range one {
			e.Estimate(r)
		}
		ppo.EstimateRows(e, many)
		for i, r := range one {
			if !slices.Equal(r.Advantage, many[i].Advantage) || !slices.Equal(r.Return, many[i].Return) {
				t.Fatalf("%s: row %d differs", name, i)
			}
		}
	}
}

func TestEstimateAllocatesNothing(t *testing.T) {
	rows := scanRows(8, 5)
	for name, e := range scans {
		if n := testing.AllocsPerRun(10, func() { ppo.EstimateRows(e, rows) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// BenchmarkScan is GAE alone: 16 and 2048 trajectories of 820 tokens.
func BenchmarkScan(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
	}{{"16", 16}, {"2048", 2048}} {
		rows := scanRows(c.n, 20)
		for _, name := range []string{"trace", "bilevel", "turn"} {
			b.Run(name+"/"+c.name, func(b *testing.B) {
				for b.Loop() {
					ppo.EstimateRows(scans[name], rows)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.n*820), "ns/token")
			})
		}
	}
}
