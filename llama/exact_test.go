package llama_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/tensor"
)

// exactConfigs are the shapes in which sampling and training are compared:
// grouped queries, biases, norms on heads, widths that no vector divides.
func exactConfigs() map[string]llama.Config {
	return map[string]llama.Config{
		"llama": {ModelType: "llama", VocabSize: 131, HiddenSize: 48, IntermediateSize: 70, NumHiddenLayers: 2,
			NumAttentionHeads: 6, NumKeyValueHeads: 2, HeadDim: 8, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 512, TieWordEmbeddings: true},
		"qwen2": {ModelType: "qwen2", VocabSize: 257, HiddenSize: 32, IntermediateSize: 33, NumHiddenLayers: 2,
			NumAttentionHeads: 2, NumKeyValueHeads: 2, HeadDim: 16, RMSNormEps: 1e-6, RopeTheta: 1e6, MaxPositionEmbeddings: 512},
		"qwen3": {ModelType: "qwen3", VocabSize: 64, HiddenSize: 40, IntermediateSize: 96, NumHiddenLayers: 2,
			NumAttentionHeads: 4, NumKeyValueHeads: 1, HeadDim: 12, RMSNormEps: 1e-6, RopeTheta: 1e6, MaxPositionEmbeddings: 512, TieWordEmbeddings: true},
	}
}

// newExactModel has weights large enough that attention is far from uniform,
// and an adapter on some maps.
func newExactModel(t testing.TB, cfg llama.Config) *llama.Model {
	t.Helper()
	m, err := llama.New(cfg, kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	m.Init(7)
	if err := m.AddLoRA(3, 6, []string{"q_proj", "down_proj"}, 1); err != nil {
		t.Fatal(err)
	}
	rnd := rng.New(8)
	for _, p := range nn.Params(m) {
		if len(p.Data.Shape) == 2 {
			nn.Normal(p, rnd, 2/math.Sqrt(float64(p.Data.Shape[1])))
		} else {
			nn.Uniform(p, rnd, 1)
		}
	}
	return m
}

// episode is a conversation: pieces fed and actions sampled in turn.
type episode struct {
	rand    *rand.Rand
	feeds   [][]int32
	temp    float64
	session *llama.Session

	tokens []int32
	at     []int // index in tokens of each sampled token
	logp   []float32
	values []float32
	fedAt  []int // the same for scored tokens
	fed    []float32
}

func newEpisodes(n, vocab int, seed uint64) []*episode {
	var eps []*episode
	for i := range n {
		rnd := rng.New(seed, "episode", i)
		e := &episode{rand: rng.New(seed, "sample", i), temp: []float64{1, 1, 0.7, 1.3}[rnd.IntN(4)]}
		for range 1 + rnd.IntN(3) {
			feed := make([]int32, 1+rnd.IntN(90))
			for j := range feed {
				feed[j] = int32(rnd.IntN(vocab))
			}
			e.feeds = append(e.feeds, feed)
		}
		eps = append(eps, e)
	}
	return eps
}

// play runs episodes through an engine; every second one scores what it feeds.
func play(t testing.TB, e *llama.Engine, eps []*episode) {
	t.Helper()
	request := func(i, turn int) *llama.Request {
		ep := eps[i]
		return &llama.Request{
			Session: ep.session, Feed: ep.feeds[turn], MaxNew: 1 + ep.rand.IntN(20), Stop: []int32{3, 5},
			Temperature: ep.temp, Rand: ep.rand, Score: i%2 == 0, Tag: [2]int{i, turn},
		}
	}
	var reqs []*llama.Request
	for i, ep := range eps {
		if ep.session == nil {
			ep.session = e.NewSession()
		}
		reqs = append(reqs, request(i, 0))
	}
	err := e.Run(t.Context(), reqs, func(r *llama.Request, res *llama.Result) *llama.Request {
		tag := r.Tag.([2]int)
		ep := eps[tag[0]]
		for i := range res.FeedLogProbs {
			ep.fedAt = append(ep.fedAt, len(ep.tokens)+i)
			ep.fed = append(ep.fed, res.FeedLogProbs[i])
		}
		ep.tokens = append(ep.tokens, r.Feed...)
		for i, id := range res.IDs {
			ep.at = append(ep.at, len(ep.tokens))
			ep.tokens = append(ep.tokens, id)
			ep.logp = append(ep.logp, res.LogProbs[i])
			ep.values = append(ep.values, res.Values[i])
		}
		if !slices.Equal(ep.tokens, ep.session.Tokens()) {
			t.Errorf("episode %d: the session holds %v, want %v", tag[0], ep.session.Tokens(), ep.tokens)
		}
		if tag[1]+1 < len(ep.feeds) {
			return request(tag[0], tag[1]+1)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// value reads every element of a hidden state, so that equal values mean equal
// hidden states.
func value(h []float32) float32 {
	s := 0.0
	for i, x := range h {
		s += float64(x) * math.Sqrt(float64(i+2))
	}
	return float32(s)
}

func values(h *tensor.Tensor) []float32 {
	var out []float32
	for i := range h.Rows() {
		out = append(out, value(h.Row(i).F32()))
	}
	return out
}

// TestSampledEqualsTrained is the promise that the first ratio of PPO is 1:
// log-probabilities and hidden states of the engine equal those of the
// training forward to the bit, for every implementation of the kernels, any
// number of workers, pieces of any size and forks.
func TestSampledEqualsTrained(t *testing.T) {
	for _, impl := range cpu.Impls() {
		for name, cfg := range exactConfigs() {
			t.Run(impl+"/"+name, func(t *testing.T) { sampledEqualsTrained(t, impl, cfg, kernels.F32) })
		}
	}
}

func sampledEqualsTrained(t *testing.T, impl string, cfg llama.Config, compute kernels.DType) {
	m := newExactModel(t, cfg)
	m.SetCompute(compute)
	var first []*episode
	for _, workers := range []int{1, 2, 3, 8} {
		dev, err := cpu.New(cpu.Options{Workers: workers, Impl: impl})
		if err != nil {
			t.Fatal(err)
		}
		defer dev.Close()
		for _, o := range []llama.EngineOptions{{}, {MaxRows: 3, MaxTokensPerStep: 67}, {MaxRows: 1, MaxTokensPerStep: 65}} {
			if workers > 2 && o.MaxRows != 3 {
				continue // the smallest and the largest batch, for few workers
			}
			e := llama.NewEngine(m, dev, o)
			e.Value = values
			eps := newEpisodes(9, cfg.VocabSize, 5)
			play(t, e, eps)
			if first == nil {
				first = eps
				forks := forked(t, e, eps, cfg)
				compareWithTraining(t, m, dev, append(forks, eps...))
				continue
			}
			for i, ep := range eps { // whatever the batch and the workers
				if !slices.Equal(ep.tokens, first[i].tokens) || !slices.Equal(ep.logp, first[i].logp) || !slices.Equal(ep.values, first[i].values) || !slices.Equal(ep.fed, first[i].fed) {
					t.Errorf("%d workers, %+v: episode %d differs", workers, o, i)
				}
			}
			compareWithTraining(t, m, dev, eps)
		}
	}
}

// forked continues copies of the episodes' sessions in two ways each.
func forked(t *testing.T, e *llama.Engine, eps []*episode, cfg llama.Config) []*episode {
	var forks []*episode
	for i, ep := range eps {
		for k := range 2 {
			rnd := rng.New(11, "fork", 2*i+k)
			feed := make([]int32, 1+rnd.IntN(40))
			for j := range feed {
				feed[j] = int32(rnd.IntN(cfg.VocabSize))
			}
			forks = append(forks, &episode{
				rand: rnd, feeds: [][]int32{feed}, temp: ep.temp, session: ep.session.Fork(),
				tokens: slices.Clone(ep.tokens), at: slices.Clone(ep.at), logp: slices.Clone(ep.logp), values: slices.Clone(ep.values),
			})
		}
	}
	play(t, e, forks)
	return forks
}

func compareWithTraining(t *testing.T, m *llama.Model, dev kernels.Backend, eps []*episode) {
	t.Helper()
	var ids []int32
	var lengths []int
	for _, ep := range eps {
		ids = append(ids, ep.tokens...)
		lengths = append(lengths, len(ep.tokens))
	}
	tape := autograd.NewTape(dev, kernels.F32)
	h := m.Forward(tape, ids, tensor.NewRagged(lengths...), nil)
	start, ratios := 0, 0
	for i, ep := range eps {
		check := func(at []int, got []float32) {
			var rows, targets []int32
			for _, a := range at {
				rows = append(rows, int32(start+a-1))
				targets = append(targets, ep.tokens[a])
			}
			if len(rows) == 0 {
				return
			}
			logp, _ := m.LogProbs(autograd.GatherRows(h, rows), targets, 1/ep.temp)
			for j, want := range logp.Data().Buf.F32() {
				if ratio := math.Exp(float64(want) - float64(got[j])); ratio != 1 {
					t.Fatalf("episode %d, token %d: log-probability %v, training gives %v: ratio %v", i, at[j], got[j], want, ratio)
				}
				ratios++
			}
		}
		check(ep.at, ep.logp)
		if len(ep.fedAt) > 0 && ep.fedAt[0] == 0 {
			if ep.fed[0] != 0 {
				t.Errorf("a token without context has log-probability %v, want 0", ep.fed[0])
			}
			check(ep.fedAt[1:], ep.fed[1:])
		} else {
			check(ep.fedAt, ep.fed)
		}
		for j, a := range ep.at {
			if want := value(h.Data().Row(start + a - 1).F32()); want != ep.values[j] {
				t.Fatalf("episode %d, token %d: the hidden state differs", i, a)
			}
		}
		start += len(ep.tokens)
	}
	if ratios == 0 {
		t.Error("nothing was compared")
	}
}

func ExampleEngine() {
	m, _ := llama.New(exactConfigs()["llama"], kernels.F32)
	m.Init(1)
	dev, _ := cpu.New(cpu.Options{Impl: "generic"})
	defer dev.Close()

	e := llama.NewEngine(m, dev, llama.EngineOptions{})
	prompt := e.NewSession()
	feed := &llama.Request{Session: prompt, Feed: []int32{1, 2, 3}}
	_ = e.Run(context.Background(), []*llama.Request{feed}, func(*llama.Request, *llama.Result) *llama.Request { return nil })

	var samples []*llama.Request // they share the prompt's memory
	for i := range 3 {
		samples = append(samples, &llama.Request{Session: prompt.Fork(), MaxNew: 4, Temperature: 1, Rand: rng.New(1, i), Tag: i})
	}
	_ = e.Run(context.Background(), samples, func(r *llama.Request, res *llama.Result) *llama.Request {
		fmt.Println(r.Tag, len(res.IDs), res.Reason, r.Session.Len())
		return nil
	})
	// Output:
	// 0 4 length 7
	// 1 4 length 7
	// 2 4 length 7
}
