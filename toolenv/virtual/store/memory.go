package store

import (
	"container/list"
	"io/fs"
	"math/big"
	"os"
	"sync"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// memory keeps the files that were used last, up to a sum of what they take there.
type memory struct {
	mu          sync.Mutex
	limit, used int64
	order       *list.List // of *remembered, the last used first
	byName      map[Name]*list.Element
}

type remembered struct {
	name Name
	file *file
	cost int64
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
	r := &remembered{n, f, cost(f)}
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.byName[n]; e != nil {
		m.drop(e)
	}
	m.byName[n] = m.order.PushFront(r)
	m.used += r.cost
	for m.used > m.limit && m.order.Len() > 0 {
		m.drop(m.order.Back())
	}
}

func (m *memory) drop(e *list.Element) {
	r := m.order.Remove(e).(*remembered)
	delete(m.byName, r.name)
	m.used -= r.cost
}

// cost is about what a parsed file takes in memory: many times its size on disk
// where values are small.
func cost(f *file) int64 {
	const record, entry = 1024, 80 // of a file; of a key with its place in the index
	n := int64(record)
	for _, e := range f.entries {
		n += entry + int64(len(e.Key)) + weight(e.Value)
	}
	return n
}

// weight is about what a value takes behind its two words.
func weight(v any) int64 {
	const word, header, pair = 8, 24, 32
	n := int64(word)
	switch v := v.(type) {
	case string:
		n += word + int64(len(v))
	case pyliteral.List:
		n += header
		for _, x := range v {
			n += 2*word + weight(x)
		}
	case pyliteral.Dict:
		n += header
		for _, it := range v {
			n += pair + weight(it.Key) + weight(it.Value)
		}
	case *big.Int:
		n += header + int64(v.BitLen()/8)
	}
	return n
}
