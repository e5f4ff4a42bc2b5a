package checkpoint

import (
	"context"
	"fmt"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
)

// BenchmarkSmolLM2 measures tokens per second of a real model: reading a prompt
// of 512 tokens, and continuing 1, 4 and 16 sequences side by side by 64.
//
//	STEPGRAIN_SMOLLM2=… go test -run - -bench SmolLM2 ./llama/checkpoint
func BenchmarkSmolLM2(b *testing.B) {
	for _, d := range []struct {
		name string
		o    Options
	}{{"f32", Options{}}, {"bf16", Options{Compute: kernels.BF16}}, {"native", Options{Native: true}}, {"native-i8", Options{Native: true, Compute: kernels.I8}}} {
		b.Run(d.name, func(b *testing.B) { benchmarkModel(b, golden.SmolLM2(b), d.o) })
	}
}

func benchmarkModel(b *testing.B, path string, o Options) {
	c, err := Open(path, o)
	must(b, err)
	dev, err := cpu.New(cpu.Options{})
	must(b, err)
	defer dev.Close()
	rnd := rng.New(1, "benchmark")
	ids := make([]int32, 512)
	for i := range ids {
		ids[i] = int32(rnd.IntN(c.Model.Config.VocabSize))
	}
	run := func(b *testing.B, rows, feed, max int) {
		e := llama.NewEngine(c.Model, dev, llama.EngineOptions{})
		var reqs []*llama.Request
		start := func(feed, max int) {
			reqs = reqs[:0]
			for range rows {
				reqs = append(reqs, &llama.Request{Session: e.NewSession(), Feed: ids[:feed], MaxNew: max})
			}
			must(b, e.Run(context.Background(), reqs, func(*llama.Request, *llama.Result) *llama.Request { return nil }))
			for _, r := range reqs {
				r.Session.Close()
			}
		}
		start(feed, 1) // packs the weights
		b.ResetTimer()
		for range b.N {
			start(feed, max)
		}
		n := rows * max
		if max == 0 {
			n = rows * feed
		}
		b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "tok/s")
	}
	b.Run("Prompt512", func(b *testing.B) { run(b, 1, 512, 0) })
	for _, rows := range []int{1, 4, 16} {
		b.Run(fmt.Sprintf("Decode%d", rows), func(b *testing.B) { run(b, rows, 2, 64) })
	}
}
