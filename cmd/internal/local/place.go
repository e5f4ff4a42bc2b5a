package local

import "github.com/stepgrain/stepgrain/kernels"

// Stats counts the work of a model.
type Stats struct {
	Turns     int // said
	Prefilled int // tokens of prompts that were computed
	Shared    int // tokens of prompts that were in memory
	Sampled   int // tokens sampled
	Evicted   int // sessions given up for memory
}

// Stats returns the counts so far.
func (m *Model) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stats
}

// place gives a turn a session that holds as much of its prompt as there is in
// memory. It reports false when the turns under way may need the room.
//
// The engine fails as a whole when its cache is full. So the pages that turns
// under way can still come to need are counted, and a turn begins only when its
// own fit beside them.
func (m *Model) place(t *turn) bool {
	t.last = pagesOf(len(t.prompt) + t.req.MaxNew)
	best, shared := m.store.longest(t.task, t.prompt)
	evicted := 0
	for {
		t.first = shared / kernels.KVChunk
		used, _ := m.engine.Cache().Pages()
		if used+m.promised()+t.last-t.first <= m.pages {
			break
		}
		evicted++
		if m.store.evict(best) {
			continue
		}
		evicted--
		if len(m.active) > 0 {
			m.count(0, 0, evicted)
			return false
		}
		if best == nil {
			panic("local: a full context does not fit into an empty cache") // New has made room for it
		}
		best, shared = nil, 0 // rather compute all again than not at all
	}
	if best != nil {
		t.req.Session = best.ForkAt(shared)
	} else {
		t.req.Session = m.engine.NewSession()
	}
	t.req.Feed = t.prompt[shared:]
	m.count(len(t.req.Feed), shared, evicted)
	return true
}

func (m *Model) count(prefilled, shared, evicted int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stats.Prefilled += prefilled
	m.stats.Shared += shared
	m.stats.Evicted += evicted
}

// promised is how many pages the turns under way may still take.
func (m *Model) promised() (n int) {
	for t := range m.active {
		have := t.first
		if t.sampling { // then all but the last token is in the cache
			have = pagesOf(t.req.Session.Len() - 1)
		}
		n += t.last - have
	}
	return n
}
