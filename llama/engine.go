package llama

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// Engine continues many sequences at once. Every step is one forward pass over
// a ragged batch in which some sequences bring one sampled token and others a
// piece of a prompt or an observation; a sequence that ends makes room for the
// next at once (continuous batching: Yu et al. 2022, Orca).
//
// What a request gives depends on its own tokens, its own random stream and
// the weights, to the bit: not on what runs beside it, on the size of the
// pieces or on the number of workers. The log-probabilities are those that
// [Model.LogProbs] gives for the same tokens in training.
//
// An Engine is for one goroutine at a time. Its sessions become stale when the
// weights change.
type Engine struct {
	// Value, if set, is called with the hidden states [M, d] that sampled
	// tokens are predicted from and returns a value for each. The state of a
	// row does not include the token that is sampled from it.
	Value func(h *tensor.Tensor) []float32

	// Arrivals, if set, is asked before every step of Run for requests that came
	// up meanwhile: those of a server, or the branches of a search. With wait
	// nothing else is left to do: it may block, and ends Run by returning none.
	Arrivals func(wait bool) []*Request

	model *Model
	dev   kernels.Backend
	opts  EngineOptions
	cache *KVCache
	tape  *autograd.Tape
	stats EngineStats

	active  []*job
	idle    []*job // finished ones, to be used again
	waiting []*Request

	// One step: its batch, and what is predicted from it.
	batch   tensor.Ragged
	ids     []int32
	picks   []pick
	head    headBuffers
	sampler sampler
}

// EngineOptions bounds what an [Engine] does in one step and holds in all.
// Zero values ask for the defaults.
type EngineOptions struct {
	MaxRows          int // sequences at once; default 256
	MaxTokensPerStep int // token rows of one forward pass; default 1024, at least MaxRows + 64
	MaxContext       int // longest sequence; default Config.MaxPositionEmbeddings
	MaxPages         int // pages of the KV cache; default: as memory allows
}

// EngineStats counts the work of an [Engine] since it was made.
type EngineStats struct {
	Steps   int // forward passes
	Rows    int // token rows computed, prompts included
	Sampled int // tokens sampled
}

// Request asks for the continuation of a session.
type Request struct {
	Session *Session
	Feed    []int32 // tokens to append first: a prompt, an observation
	MaxNew  int     // most tokens to sample; 0 only feeds
	Stop    []int32 // tokens that end the continuation; the result includes the one that did

	Temperature float64    // 0: the most probable token
	TopK        int        // sample from the K most probable tokens; 0: all
	TopP        float64    // … from the fewest tokens of this much probability; 0: all
	Rand        *rand.Rand // the request's own stream; one number is drawn per sampled token

	// OnToken, if set, is called for every sampled token as it comes; false
	// ends the request, with reason "stop".
	OnToken func(id int32, logp float32) bool

	Score bool // report the log-probabilities of Feed
	Tag   any  // the caller's own
}

// Result is what a [Request] gave.
type Result struct {
	IDs []int32 // sampled tokens, already part of the session

	// LogProbs are those of IDs under the whole distribution at the request's
	// temperature (1 when greedy). TopK and TopP are not taken into account:
	// with them these are not the probabilities of the sampler.
	LogProbs []float32

	// Values are those of [Engine.Value]; nil without it.
	Values []float32

	// FeedLogProbs[i] is the log-probability of Feed[i] after all tokens
	// before it, at the request's temperature; nil unless asked for. A token
	// that nothing stands before gets 0.
	FeedLogProbs []float32

	// Reason is "stop" (a stop token), "length" (MaxNew tokens), or "context":
	// the session is full. When not even Feed had room, it was not appended.
	Reason string
}

// NewEngine returns an engine for a model on a backend.
func NewEngine(m *Model, dev kernels.Backend, o EngineOptions) *Engine {
	if o.MaxRows <= 0 {
		o.MaxRows = 256
	}
	if o.MaxTokensPerStep <= 0 {
		o.MaxTokensPerStep = 1024
	}
	o.MaxTokensPerStep = max(o.MaxTokensPerStep, o.MaxRows+64)
	if o.MaxContext <= 0 {
		o.MaxContext = m.Config.MaxPositionEmbeddings
	}
	e := &Engine{model: m, dev: dev, opts: o, cache: NewKVCache(m, dev, o.MaxPages), tape: autograd.NewTape(dev, m.DType())}
	e.tape.SetRecording(false)
	return e
}

// Cache returns the engine's KV cache.
func (e *Engine) Cache() *KVCache { return e.cache }

// Stats returns the counts so far.
func (e *Engine) Stats() EngineStats { return e.stats }

// Run carries out requests, at most MaxRows at once and the others in order as
// room appears. done is called for each as it ends, from this goroutine, and
// may return a follow-up request, which takes its place: the next turn of an
// episode. Run returns when nothing is left to do, or with the error of ctx, or
// when the KV cache is full; sessions can be closed after either.
func (e *Engine) Run(ctx context.Context, reqs []*Request, done func(*Request, *Result) *Request) error {
	e.waiting = append(e.waiting[:0], reqs...)
	defer e.abandon()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.admit(done); len(e.active) == 0 {
			return nil
		}
		if err := e.step(); err != nil {
			return err
		}
		e.collect(done)
	}
}

// admit starts waiting requests, the first come first, while there is room.
// When it leaves none active, nothing is left to do.
func (e *Engine) admit(done func(*Request, *Result) *Request) {
	if e.Arrivals != nil {
		e.waiting = append(e.waiting, e.Arrivals(len(e.active)+len(e.waiting) == 0)...)
	}
	for len(e.active) < e.opts.MaxRows && len(e.waiting) > 0 {
		req := e.waiting[0]
		e.waiting = e.waiting[1:]
		if j := e.start(req, done); j != nil {
			e.active = append(e.active, j)
		}
		if len(e.waiting) == 0 && len(e.active) == 0 && e.Arrivals != nil {
			e.waiting = append(e.waiting, e.Arrivals(true)...)
		}
	}
}

// collect hands finished jobs to done and puts the follow-ups in their place.
func (e *Engine) collect(done func(*Request, *Result) *Request) {
	kept := e.active[:0]
	for _, j := range e.active {
		if j.res.Reason != "" {
			next := e.finish(j, done)
			if next == nil {
				continue
			}
			if j = e.start(next, done); j == nil {
				continue
			}
		}
		kept = append(kept, j)
	}
	clear(e.active[len(kept):])
	e.active = kept
}

// abandon frees the sessions of whatever still runs. It also runs while a panic
// of a callback or a kernel unwinds, which must not be hidden by another one: a
// job that was just finished is still in the list then, and has no session.
func (e *Engine) abandon() {
	for _, j := range e.active {
		if j.s != nil {
			j.s.busy = false
		}
	}
	e.active, e.waiting = e.active[:0], nil
	e.picks = e.picks[:0]
}

func (e *Engine) check(r *Request) {
	switch {
	case r.Session == nil || r.Session.e != e:
		panic("llama: Engine.Run: a request without a session of this engine")
	case r.Session.busy:
		panic("llama: Engine.Run: two requests for one session at once")
	case len(r.Feed) == 0 && len(r.Session.tokens) == 0:
		panic("llama: Engine.Run: an empty session and nothing to feed: there is nothing to continue")
	case r.Temperature < 0 || r.TopP < 0 || r.TopP > 1 || r.TopK < 0 || r.MaxNew < 0:
		panic(fmt.Sprintf("llama: Engine.Run: temperature %g, top-p %g, top-k %d, max new %d: out of range", r.Temperature, r.TopP, r.TopK, r.MaxNew))
	case r.Temperature > 0 && r.MaxNew > 0 && r.Rand == nil:
		panic("llama: Engine.Run: sampling at a temperature needs Rand")
	}
	for _, id := range r.Feed {
		if id < 0 || int(id) >= e.model.Config.VocabSize {
			panic(fmt.Sprintf("llama: Engine.Run: token %d is outside the vocabulary of %d", id, e.model.Config.VocabSize))
		}
	}
}
