package judge

import (
	"context"
	"time"

	"github.com/stepgrain/stepgrain/internal/pause"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// Chat is who is asked: [*endpoint.Client] is one. It may be called by many
// goroutines.
type Chat interface {
	Chat(ctx context.Context, r endpoint.ChatRequest) (endpoint.ChatResponse, error)
}

// Options of a judge.
type Options struct {
	Chat  Chat
	Model string // sent with every request; "" leaves it to Chat
	// Attempts is how often a question is asked at most until a reply can be used;
	// 0 means 3. What Chat repeats by itself does not count.
	Attempts int
	// Seed of the order in which two answers are shown.
	Seed uint64
	// Released brings back the released evaluators: their waits, their reading of
	// replies and their defects. Things are judged one after the other then, since
	// the release is reproducible with one thread only.
	Released bool
	// Draws are the random decisions of the release; required when Released.
	Draws Draws
	// Clock tells the time and waits; nil is the real one. Only the released form
	// waits by itself.
	Clock Clock
}

// Judge asks a language model. It is safe for concurrent use unless it is a
// released one.
type Judge struct {
	o Options
}

// New returns a judge. It panics when there is nobody to ask, or when a released
// one has no draws.
func New(o Options) *Judge {
	if o.Chat == nil {
		panic("judge: New: Options.Chat is nil")
	}
	if o.Released && o.Draws == nil {
		panic("judge: New: a released judge needs Options.Draws")
	}
	if o.Attempts <= 0 {
		o.Attempts = 3
	}
	if o.Clock == nil {
		o.Clock = realClock{}
	}
	return &Judge{o}
}

// Name implements Scorer and Annotator: verdicts of a model bear no label, as in
// the released files.
func (j *Judge) Name() string { return "" }

// Clock is what the waits of the released form go by.
type Clock interface {
	Now() time.Time
	// Sleep waits unless ctx ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

type realClock struct{}

func (realClock) Now() time.Time { return time.Now() }

func (realClock) Sleep(ctx context.Context, d time.Duration) error {
	return pause.For(ctx, d)
}

// Draws are random numbers as Python draws them; [*pyrand.Rand] has them.
type Draws interface {
	Random() float64 // random.random()
	Below(n int) int // what randint, choice and shuffle draw from
}
