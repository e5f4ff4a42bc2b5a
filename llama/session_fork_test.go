package llama

import (
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
)

// A fork of a beginning goes on as a session that was fed from scratch, to the
// bit, wherever it is cut: inside a page, at its edge, inside what was sampled.
// Its source is not touched.
func TestForkAtIsABeginning(t *testing.T) {
	e := newTestEngine(t, EngineOptions{MaxContext: 512})
	prompt := make([]int32, 150)
	for i := range prompt {
		prompt[i] = int32(i*7%59 + 1)
	}
	s := e.NewSession()
	one(t, e, &Request{Session: s, Feed: prompt, MaxNew: 10, Temperature: 1, Rand: rng.New(1)})
	all := slices.Clone(s.Tokens())
	for _, n := range []int{0, 1, 63, 64, 65, 128, 149, 150, 155, 159, 160} {
		more := []int32{5, 6, 7}
		want := one(t, e, &Request{Session: e.NewSession(), Feed: append(slices.Clone(all[:n]), more...), MaxNew: 6, Temperature: 1, Rand: rng.New(2)})
		f := s.ForkAt(n)
		if f.Len() != n {
			t.Fatalf("%d tokens, want %d", f.Len(), n)
		}
		got := one(t, e, &Request{Session: f, Feed: more, MaxNew: 6, Temperature: 1, Rand: rng.New(2)})
		if !slices.Equal(got.IDs, want.IDs) || !slices.Equal(got.LogProbs, want.LogProbs) {
			t.Errorf("cut at %d: %v %v, from scratch %v %v", n, got.IDs, got.LogProbs, want.IDs, want.LogProbs)
		}
		f.Close()
		if !slices.Equal(s.Tokens(), all) {
			t.Fatalf("cut at %d: the source changed", n)
		}
	}
	apart := one(t, e, &Request{Session: s.Fork(), Feed: []int32{9}, MaxNew: 5})
	fresh := one(t, e, &Request{Session: e.NewSession(), Feed: append(slices.Clone(all), 9), MaxNew: 5})
	if !slices.Equal(apart.IDs, fresh.IDs) || !slices.Equal(apart.LogProbs, fresh.LogProbs) {
		t.Errorf("the source goes on with %+v, from scratch %+v", apart, fresh)
	}
	for _, n := range []int{-1, 161} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for %d tokens", n)
				}
			}()
			s.ForkAt(n)
		}()
	}
}
