package store

import (
	"container/list"
	"io/fs"
	"os"
	"sync"
)

// memory keeps the files that were used last, up to a sum of their sizes on disk.
type memory struct {
	mu          sync.Mutex
	limit, used int64
	order       *list.List // of *remembered, the last used first
	byName      map[Name]*list.Element
}

type remembered struct {
	name Name
	file *file
}

func newMemory(limit int64) *memory {
	return &memory{limit: limit, order: list.New(), byName: map[Name]*list.Element{}}
}

// get returns a file in memory, or nil when there is none that equals the one on
// disk: every writer makes a new file, so it has another identity or other times.
func (m *memory) get(n Name, info fs.FileInfo) *file {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.byName[n]
	if e == nil {
		return nil
	}
	f := e.Value.(*remembered).file
	if f.info.Size() != info.Size() || !f.info.ModTime().Equal(info.ModTime()) || !os.SameFile(f.info, info) {
		return nil
	}
	m.order.MoveToFront(e)
	return f
}

func (m *memory) put(n Name, f *file) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.byName[n]; e != nil {
		m.drop(e)
	}
	m.byName[n] = m.order.PushFront(&remembered{n, f})
	m.used += cost(f)
	for m.used > m.limit && m.order.Len() > 0 {
		m.drop(m.order.Back())
	}
}

func (m *memory) drop(e *list.Element) {
	r := m.order.Remove(e).(*remembered)
	delete(m.byName, r.name)
	m.used -= cost(r.file)
}

// cost is the size of a file with something for the record of it.
func cost(f *file) int64 { return f.info.Size() + 512 }
