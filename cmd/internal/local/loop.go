package local

import (
	"context"
	"slices"
	"sync"

	"github.com/stepgrain/stepgrain/llama"
)

// turn is one request on its way through the engine.
type turn struct {
	ctx    context.Context
	task   string
	prompt []int32
	req    *llama.Request
	done   chan struct{} // closed when res or err is there
	res    *llama.Result
	err    error

	// For the engine's goroutine.
	sampling    bool
	first, last int // pages: those before first are shared, last is how many it can come to
}

// loop is the engine's goroutine and what reaches it.
type loop struct {
	mu     sync.Mutex
	queue  []*turn
	forget []string
	turns  map[saidKey]remembered
	stats  Stats
	closed bool
	signal chan struct{} // holds one value when there may be something new
	ended  chan struct{}
	cancel context.CancelFunc

	// For the engine's goroutine.
	held   []*turn // wait for a place, in order
	active map[*turn]bool
	store  store
}

func (l *loop) begin(m *Model) {
	l.turns, l.active = map[saidKey]remembered{}, map[*turn]bool{}
	l.signal, l.ended = make(chan struct{}, 1), make(chan struct{})
	var ctx context.Context
	ctx, l.cancel = context.WithCancel(context.Background())
	m.engine.Arrivals = m.arrivals
	go m.run(ctx)
}

// Close ends the engine; turns under way get ErrClosed.
func (m *Model) Close() error {
	m.mu.Lock()
	already := m.closed
	m.closed = true
	m.mu.Unlock()
	m.cancel()
	m.wake()
	<-m.ended
	if already {
		return nil
	}
	return m.close()
}

func (l *loop) wake() {
	select {
	case l.signal <- struct{}{}:
	default:
	}
}

// submit hands a turn to the engine.
func (l *loop) submit(t *turn) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	l.queue = append(l.queue, t)
	l.wake()
	return nil
}

// run serves turns until the model is closed. An error of the engine is that of
// the turns that were under way.
func (m *Model) run(ctx context.Context) {
	defer close(m.ended)
	for {
		err := m.engine.Run(ctx, nil, m.finish)
		m.mu.Lock()
		closed := m.closed
		if closed {
			err = ErrClosed
			m.held = append(m.held, m.queue...)
			m.queue = nil
		}
		m.mu.Unlock()
		for t := range m.active {
			t.req.Session.Close()
			m.fail(t, err)
		}
		clear(m.active)
		if closed {
			for _, t := range m.held {
				m.fail(t, err)
			}
			m.store.clear()
			return
		}
	}
}

func (m *Model) fail(t *turn, err error) {
	t.err = err
	close(t.done)
}

// arrivals gives the engine the turns for which there is room. With wait nothing
// else runs: it blocks until there is one, or until the model is closed.
func (m *Model) arrivals(wait bool) []*llama.Request {
	for {
		m.mu.Lock()
		m.held = append(m.held, m.queue...)
		m.queue = m.queue[:0]
		forget := m.forget
		m.forget = nil
		closed := m.closed
		m.mu.Unlock()
		for _, task := range forget {
			m.store.drop(task)
		}
		if closed {
			return nil
		}
		if reqs := m.admit(); len(reqs) > 0 || !wait {
			return reqs
		}
		<-m.signal
	}
}

// admit begins waiting turns, first come first, as far as rows and memory go.
func (m *Model) admit() (reqs []*llama.Request) {
	for len(m.held) > 0 && len(m.active) < m.o.MaxRows {
		t := m.held[0]
		if err := t.ctx.Err(); err != nil {
			m.fail(t, err)
		} else if m.place(t) {
			m.active[t] = true
			reqs = append(reqs, t.req)
		} else {
			break
		}
		m.held = slices.Delete(m.held, 0, 1)
	}
	return reqs
}

// finish takes the result of a turn and keeps its session for those that follow.
func (m *Model) finish(req *llama.Request, res *llama.Result) *llama.Request {
	t := req.Tag.(*turn)
	delete(m.active, t)
	if m.o.Apart || len(res.IDs) == 0 {
		req.Session.Close()
	} else {
		m.store.put(t.task, req.Session)
	}
	m.mu.Lock()
	m.stats.Turns++
	m.stats.Sampled += len(res.IDs)
	m.mu.Unlock()
	t.res = res
	close(t.done)
	return nil
}
