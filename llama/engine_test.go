package llama

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/nn"
)

func newTestEngine(t testing.TB, o EngineOptions) *Engine {
	t.Helper()
	m, err := New(small(), kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	m.Init(1)
	nn.Normal(m.Embed.W, rng.New(2), 1)
	dev, err := cpu.New(cpu.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dev.Close)
	return NewEngine(m, dev, o)
}

// one runs a single request.
func one(t testing.TB, e *Engine, r *Request) *Result {
	t.Helper()
	var got *Result
	err := e.Run(context.Background(), []*Request{r}, func(_ *Request, res *Result) *Request { got = res; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRequestsEndForAReason(t *testing.T) {
	e := newTestEngine(t, EngineOptions{MaxContext: 20})
	feed := []int32{1, 2, 3}

	s := e.NewSession()
	free := one(t, e, &Request{Session: s, Feed: feed, MaxNew: 5})
	if free.Reason != "length" || len(free.IDs) != 5 || len(free.LogProbs) != 5 || free.Values != nil || free.FeedLogProbs != nil {
		t.Errorf("length: %+v", free)
	}
	stop := free.IDs[3]
	at := slices.Index(free.IDs, stop)
	stopped := one(t, e, &Request{Session: e.NewSession(), Feed: feed, MaxNew: 5, Stop: []int32{60, stop}})
	if stopped.Reason != "stop" || !slices.Equal(stopped.IDs, free.IDs[:at+1]) {
		t.Errorf("stop %d: %+v", stop, stopped)
	}
	full := one(t, e, &Request{Session: s, Feed: []int32{4}, MaxNew: 100})
	if full.Reason != "context" || s.Len() != 20 || len(full.IDs) != 20-9 {
		t.Errorf("context: %+v, %d tokens", full, s.Len())
	}
	late := one(t, e, &Request{Session: s, Feed: []int32{4}, MaxNew: 1})
	if late.Reason != "context" || len(late.IDs) != 0 || s.Len() != 20 {
		t.Errorf("no room: %+v, %d tokens", late, s.Len())
	}
	fits := e.NewSession()
	if r := one(t, e, &Request{Session: fits, Feed: make([]int32, 20)}); r.Reason != "length" || fits.Len() != 20 {
		t.Errorf("a feed that just fits: %+v", r)
	}
	if r := one(t, e, &Request{Session: e.NewSession(), Feed: make([]int32, 20), MaxNew: 1}); r.Reason != "context" {
		t.Errorf("a feed that leaves no room to sample: %+v", r)
	}
}

// A prompt that was fed alone, then continued, gives what one request gives.
func TestFeedingAndSamplingMayBeApart(t *testing.T) {
	e := newTestEngine(t, EngineOptions{})
	e.Value = func(h *Tensor) []float32 { return rowSums(h) }
	feed := []int32{9, 8, 7, 6}
	together := one(t, e, &Request{Session: e.NewSession(), Feed: feed, MaxNew: 6, Temperature: 1, Rand: rng.New(4), Score: true})

	s := e.NewSession()
	fed := one(t, e, &Request{Session: s, Feed: feed[:1]})
	if fed.Reason != "length" || len(fed.IDs) != 0 {
		t.Errorf("feeding alone: %+v", fed)
	}
	again := one(t, e, &Request{Session: s}) // nothing to do, and nothing is lost
	if again.Reason != "length" {
		t.Errorf("nothing to do: %+v", again)
	}
	scored := one(t, e, &Request{Session: s, Feed: feed[1:], Score: true, Temperature: 1})
	if !slices.Equal(scored.FeedLogProbs, together.FeedLogProbs[1:]) {
		t.Errorf("scores %v, together %v", scored.FeedLogProbs, together.FeedLogProbs)
	}
	apart := one(t, e, &Request{Session: s.Fork(), MaxNew: 6, Temperature: 1, Rand: rng.New(4)})
	if !slices.Equal(apart.IDs, together.IDs) || !slices.Equal(apart.LogProbs, together.LogProbs) || !slices.Equal(apart.Values, together.Values) {
		t.Errorf("apart %+v, together %+v", apart, together)
	}
	// The fork did not touch its source.
	source := one(t, e, &Request{Session: s, MaxNew: 6, Temperature: 1, Rand: rng.New(4)})
	if !slices.Equal(source.IDs, together.IDs) || !slices.Equal(source.LogProbs, together.LogProbs) {
		t.Errorf("after the fork %+v, together %+v", source, together)
	}
}

func TestClosingSessionsFreesEverything(t *testing.T) {
	e := newTestEngine(t, EngineOptions{MaxRows: 4})
	var reqs []*Request
	for i := range 30 {
		reqs = append(reqs, &Request{Session: e.NewSession(), Feed: make([]int32, 1+7*i), MaxNew: 1 + i%5, Temperature: 1, Rand: rng.New(1, i), Tag: i})
	}
	ended := 0
	err := e.Run(context.Background(), reqs, func(r *Request, res *Result) *Request {
		ended++
		if turns := r.Session.Len(); turns < 200 && r.Tag.(int)%3 == 0 {
			return &Request{Session: r.Session, Feed: []int32{1, 2}, MaxNew: 3, Temperature: 1, Rand: r.Rand, Tag: 1}
		}
		r.Session.Close()
		r.Session.Close() // harmless
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if ended != 30+10 {
		t.Errorf("%d requests ended, want 40", ended)
	}
	if used, _ := e.Cache().Pages(); used != 0 {
		t.Errorf("%d pages are in use after all sessions were closed", used)
	}
	if st := e.Stats(); st.Steps == 0 || st.Sampled == 0 || st.Rows < st.Sampled {
		t.Errorf("stats %+v", st)
	}
}

func TestArrivalsJoinARunThatGoesOn(t *testing.T) {
	e := newTestEngine(t, EngineOptions{MaxRows: 2})
	calls, waits := 0, 0
	e.Arrivals = func(wait bool) []*Request {
		calls++
		if wait {
			waits++
		}
		switch {
		case calls == 3: // beside what runs
			return []*Request{{Session: e.NewSession(), Feed: []int32{1}, MaxNew: 2, Tag: "joined"}}
		case waits == 1 && wait: // when all is done: one that ends at once, then one that does not
			return []*Request{{Session: e.NewSession(), Feed: make([]int32, 513), MaxNew: 1, Tag: "too long"}}
		case waits == 2 && wait:
			return []*Request{{Session: e.NewSession(), Feed: []int32{2}, MaxNew: 1, Tag: "late"}}
		}
		return nil
	}
	var order []string
	err := e.Run(context.Background(), []*Request{{Session: e.NewSession(), Feed: []int32{3}, MaxNew: 9, Tag: "first"}}, func(r *Request, res *Result) *Request {
		order = append(order, r.Tag.(string))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"joined", "first", "too long", "late"}; !slices.Equal(order, want) || waits != 3 {
		t.Errorf("ended in the order %v after %d waits, want %v after 3", order, waits, want)
	}
}

func TestOnTokenSeesTokensAndMayStop(t *testing.T) {
	e := newTestEngine(t, EngineOptions{})
	var seen []int32
	res := one(t, e, &Request{Session: e.NewSession(), Feed: []int32{3}, MaxNew: 9, OnToken: func(id int32, logp float32) bool {
		seen = append(seen, id)
		return len(seen) < 4
	}})
	if res.Reason != "stop" || !slices.Equal(seen, res.IDs) || len(seen) != 4 {
		t.Errorf("saw %v, result %+v", seen, res)
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	e := newTestEngine(t, EngineOptions{})
	ctx, cancel := context.WithCancel(context.Background())
	s := e.NewSession()
	other := e.NewSession()
	err := e.Run(ctx, []*Request{{Session: s, Feed: []int32{1}, MaxNew: 400}, {Session: other, Feed: []int32{1}, MaxNew: 2}}, func(*Request, *Result) *Request {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	s.Close()
	other.Close()
	if used, _ := e.Cache().Pages(); used != 0 {
		t.Errorf("%d pages are in use", used)
	}
	if r := one(t, e, &Request{Session: e.NewSession(), Feed: []int32{1}, MaxNew: 3}); len(r.IDs) != 3 {
		t.Errorf("the engine does not work after a cancelled run: %+v", r)
	}
}

func TestFullCacheIsAnError(t *testing.T) {
	e := newTestEngine(t, EngineOptions{MaxPages: 2})
	s := e.NewSession()
	err := e.Run(context.Background(), []*Request{{Session: s, Feed: make([]int32, 200), MaxNew: 1}}, nil)
	if err == nil || !strings.Contains(err.Error(), "KV cache is full") {
		t.Errorf("error %v", err)
	}
	s.Close()
	if used, _ := e.Cache().Pages(); used != 0 {
		t.Errorf("%d pages are in use", used)
	}
}

func TestCallerMistakesPanic(t *testing.T) {
	e := newTestEngine(t, EngineOptions{})
	s := e.NewSession()
	for want, reqs := range map[string][]*Request{
		"without a session":      {{Feed: []int32{1}}},
		"nothing to feed":        {{Session: e.NewSession(), MaxNew: 1}},
		"needs Rand":             {{Session: e.NewSession(), Feed: []int32{1}, MaxNew: 1, Temperature: 1}},
		"out of range":           {{Session: e.NewSession(), Feed: []int32{1}, TopP: 2}},
		"outside the vocabulary": {{Session: e.NewSession(), Feed: []int32{61}}},
		"one session at once":    {{Session: s, Feed: []int32{1}}, {Session: s, Feed: []int32{1}}},
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), want) {
					t.Errorf("panic %v, want one with %q", r, want)
				}
			}()
			_ = e.Run(context.Background(), reqs, nil)
		}()
	}
}
