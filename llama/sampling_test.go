package llama

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// Tensor spares the tests of this package an import.
type Tensor = tensor.Tensor

func rowSums(h *Tensor) []float32 {
	var out []float32
	for i := range h.Rows() {
		s := float32(0)
		for _, x := range h.Row(i).F32() {
			s += x
		}
		out = append(out, s)
	}
	return out
}

// kept is the definition: which tokens survive top-k, then top-p, with their
// renormalised probabilities.
func kept(logits []float32, invTemp float64, topK int, topP float64) map[int32]float64 {
	var all []candidate
	sum := 0.0
	for j, z := range logits {
		p := math.Exp(float64(z) * invTemp)
		all = append(all, candidate{int32(j), p})
		sum += p
	}
	slices.SortFunc(all, before)
	normalise := func(total float64) {
		for i := range all {
			all[i].p /= total
		}
	}
	normalise(sum)
	if topK > 0 && topK < len(all) {
		all = all[:topK]
		sum = 0
		for _, c := range all {
			sum += c.p
		}
		normalise(sum)
	}
	if topP > 0 && topP < 1 {
		sum = 0
		for i, c := range all {
			if sum += c.p; sum >= topP {
				all = all[:i+1]
				break
			}
		}
		normalise(sum)
	}
	out := map[int32]float64{}
	for _, c := range all {
		out[c.id] = c.p
	}
	return out
}

func TestDrawFollowsTheDistribution(t *testing.T) {
	rnd := rng.New(1, "draw")
	var s sampler
	for trial := range 60 {
		logits := make([]float32, 1+rnd.IntN(40))
		for j := range logits {
			logits[j] = float32(rnd.IntN(9)) / 2 // with ties
		}
		topK, topP := rnd.IntN(len(logits)+2), []float64{0, 1, 0.11, 0.47, 0.91, 0.999}[rnd.IntN(6)]
		invTemp := 0.3 + 2*rnd.Float64()
		want := kept(logits, invTemp, topK, topP)
		const n = 4000
		count := map[int32]float64{}
		for i := range n { // an even grid of u measures the intervals
			count[s.draw(kernels.Of(logits), invTemp, topK, topP, (float64(i)+0.5)/n)]++
		}
		for id, p := range want {
			if got := count[id] / n; math.Abs(got-p) > 2.0/n {
				t.Errorf("trial %d (k %d, p %g): token %d drawn %.4f of the time, want %.4f", trial, topK, topP, id, got, p)
			}
		}
		for id := range count {
			if want[id] == 0 {
				t.Errorf("trial %d (k %d, p %g): token %d must not be drawn", trial, topK, topP, id)
			}
		}
	}
	if id := s.draw(kernels.Of([]float32{1, 2}), 1, 2, 0, math.Nextafter(1, 0)); id != 0 {
		t.Errorf("u just below 1 gives %d, want the least probable token 0", id)
	}
}

func TestTopKOneIsGreedy(t *testing.T) {
	e := newTestEngine(t, EngineOptions{})
	feed := []int32{5, 6, 7}
	greedy := one(t, e, &Request{Session: e.NewSession(), Feed: feed, MaxNew: 12})
	k1 := one(t, e, &Request{Session: e.NewSession(), Feed: feed, MaxNew: 12, Temperature: 1, TopK: 1, Rand: rng.New(1)})
	p0 := one(t, e, &Request{Session: e.NewSession(), Feed: feed, MaxNew: 12, Temperature: 1, TopP: 1e-9, Rand: rng.New(1)})
	if !slices.Equal(greedy.IDs, k1.IDs) || !slices.Equal(greedy.IDs, p0.IDs) || !slices.Equal(greedy.LogProbs, k1.LogProbs) {
		t.Errorf("greedy %v, top-k 1 %v, top-p 0 %v", greedy.IDs, k1.IDs, p0.IDs)
	}
}

// Different ways to choose tokens may run side by side.
func TestMixedBatchEqualsSingleRequests(t *testing.T) {
	e := newTestEngine(t, EngineOptions{})
	request := func(i int) *Request {
		r := &Request{Session: e.NewSession(), Feed: []int32{int32(i), 2}, MaxNew: 9, Rand: rng.New(7, i), Tag: i}
		switch i % 4 {
		case 1:
			r.Temperature = 1
		case 2:
			r.Temperature, r.TopK = 0.8, 5
		case 3:
			r.Temperature, r.TopP, r.Score = 1.2, 0.7, true
		}
		return r
	}
	var reqs []*Request
	results := make([]*Result, 16)
	for i := range results {
		reqs = append(reqs, request(i))
	}
	err := e.Run(context.Background(), reqs, func(r *Request, res *Result) *Request {
		results[r.Tag.(int)] = res
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range results {
		alone := one(t, e, request(i))
		if !slices.Equal(alone.IDs, got.IDs) || !slices.Equal(alone.LogProbs, got.LogProbs) || !slices.Equal(alone.FeedLogProbs, got.FeedLogProbs) {
			t.Errorf("request %d: alone %+v, in company %+v", i, alone, got)
		}
	}
}
