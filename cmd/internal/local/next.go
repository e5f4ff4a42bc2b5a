package local

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// ContextFull is the error of a conversation that the model's context, or the
// memory it was given, does not hold.
type ContextFull struct {
	Task   string
	Tokens int // of the prompt
	Room   int
}

// Error gives both numbers.
func (e *ContextFull) Error() string {
	return fmt.Sprintf("local: task %s: a prompt of %d tokens leaves no room for a turn in a context of %d", e.Task, e.Tokens, e.Room)
}

// ErrClosed is the error of turns that Close cut off.
var ErrClosed = errors.New("local: the model is closed")

var _ search.Model = (*Model)(nil)

// Next says the next turn of a conversation, in sample 0 of its task.
func (m *Model) Next(ctx context.Context, r *search.Request) (*search.Reply, error) {
	return m.next(ctx, r, 0)
}

// Sample is the model with the random streams of the k-th sample of each task.
func (m *Model) Sample(k int) search.Model {
	return search.ModelFunc(func(ctx context.Context, r *search.Request) (*search.Reply, error) { return m.next(ctx, r, k) })
}

func (m *Model) next(ctx context.Context, r *search.Request, sample int) (*search.Reply, error) {
	prompt, err := m.prompt(r, sample)
	if err != nil {
		return nil, err
	}
	if len(prompt) >= m.context {
		return nil, &ContextFull{r.Task, len(prompt), m.context}
	}
	t := &turn{ctx: ctx, task: r.Task, prompt: prompt, done: make(chan struct{})}
	t.req = &llama.Request{
		MaxNew: min(m.o.MaxTokens, m.context-len(prompt)), Stop: m.stop,
		Temperature: m.o.Temperature, TopP: m.o.TopP, TopK: m.o.TopK, Rand: m.stream(r, sample),
		OnToken: func(int32, float32) bool { t.sampling = true; return ctx.Err() == nil }, Tag: t,
	}
	if err := m.submit(t); err != nil {
		return nil, err
	}
	select {
	case <-t.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if t.err != nil {
		return nil, t.err
	}
	return m.reply(r, sample, t), nil
}

// stream is the random stream of a turn, nil when none is needed.
func (m *Model) stream(r *search.Request, sample int) *rand.Rand {
	if m.o.Temperature == 0 {
		return nil
	}
	return rng.New(m.o.Seed, "local", r.Task, sample, r.Branch)
}

// reply takes a turn apart.
func (m *Model) reply(r *search.Request, sample int, t *turn) *search.Reply {
	ids := t.res.IDs
	text := m.text(ids)
	reply := search.ReadText(text, r, false)
	reply.PromptTokens, reply.CompletionTokens, reply.Requests = len(t.prompt), len(ids), 1
	if len(reply.Calls) > 0 {
		reply.Calls[0].ID = "call_" + r.Branch
	}
	if r.Required {
		m.remember(r, sample, &search.Message{Content: reply.Content, Calls: reply.Calls}, ids)
	}
	return reply
}

// text is what ids say, without the token that ended them.
func (m *Model) text(ids []int32) string { return m.tok.Decode(withoutEnd(ids, m.stop)) }

func withoutEnd(ids, stop []int32) []int32 {
	if n := len(ids); n > 0 && slices.Contains(stop, ids[n-1]) {
		return ids[:n-1]
	}
	return ids
}
