package ppo_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/ppo"
)

// made is a source of made-up episodes of the embedded world's sizes: prompts of
// 90 tokens, five actions of 21 with observations of 20 between.
type made []*ppo.Episode

func (m made) OnPolicy() bool                                        { return false }
func (m made) Episodes(context.Context, int) ([]*ppo.Episode, error) { return m, nil }

func episodes(n, vocab int) made {
	rnd := rng.New(1, "bench")
	var out made
	for i := range n {
		e := &ppo.Episode{ID: fmt.Sprint(i), Group: i / 4}
		add := func(count int, turn int32) {
			for range count {
				e.Tokens, e.Turn = append(e.Tokens, int32(rnd.IntN(vocab))), append(e.Turn, turn)
			}
		}
		add(90, -1)
		for u := range int32(5) {
			add(21, u)
			add(20, -1)
		}
		e.Scores = []ppo.Score{{Token: 90 + 20, Value: rnd.Float64()}}
		out = append(out, e)
	}
	return out
}

// BenchmarkIterate is everything of an iteration but the rollout: reference,
// old log-probabilities, values, estimate, two epochs of four minibatches.
func BenchmarkIterate(b *testing.B) {
	dev := device(b, 0)
	m, err := llama.New(llama.Config{ModelType: "llama", VocabSize: 1024, HiddenSize: 96, IntermediateSize: 256, NumHiddenLayers: 4,
		NumAttentionHeads: 3, NumKeyValueHeads: 3, HeadDim: 32, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 640, TieWordEmbeddings: true}, kernels.F32)
	if err != nil {
		b.Fatal(err)
	}
	m.Init(1)
	trainer, err := ppo.NewTrainer(m, dev, config(func(c *ppo.Config) { c.Old = "current" }), 1)
	if err != nil {
		b.Fatal(err)
	}
	src := episodes(128, 1024)
	tokens := 0
	for b.Loop() {
		tokens += iterate(b, trainer, src).Tokens
	}
	b.ReportMetric(float64(tokens)/b.Elapsed().Seconds(), "tokens/s")
}

// BenchmarkEstimate is the pure part alone: rewards, GAE, whitening.
func BenchmarkEstimate(b *testing.B) {
	list := episodes(128, 1024)
	e, err := ppo.NewEstimator("step-trace", ppo.Factors{Gamma: 1, Lambda: 1}, ppo.Factors{Gamma: 1, Lambda: .95})
	if err != nil {
		b.Fatal(err)
	}
	tokens := 0
	for b.Loop() {
		batch, err := ppo.Pack(list)
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range batch.Rows {
			e.Estimate(r)
		}
		ppo.Whiten(batch.Rows, ppo.WhitenFull)
		tokens += batch.Tokens()
	}
	b.ReportMetric(float64(tokens)/b.Elapsed().Seconds(), "tokens/s")
}
