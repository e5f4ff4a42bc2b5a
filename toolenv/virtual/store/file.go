package store

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// file is what a file of an API holds. It is never changed.
type file struct {
	entries []Entry
	index   map[string]int
	info    fs.FileInfo // of the file that was read; nil without one
	damaged bool
}

var empty = &file{index: map[string]int{}}

// readFile reads a file of at most limit bytes. With errDamaged the result has
// only its info.
func readFile(root *os.Root, name string, limit int64) (*file, error) {
	st, err := root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() { // a pipe would block
		return nil, fmt.Errorf("%s: not a regular file", name)
	}
	h, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	f := &file{}
	if f.info, err = h.Stat(); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(h, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, limit)
	}
	if !utf8.Valid(text) {
		return f, fmt.Errorf("%s: %w: not UTF-8", name, errDamaged)
	}
	v, err := pyliteral.FromJSON(string(text))
	if err != nil {
		return f, fmt.Errorf("%s: %w: %w", name, errDamaged, err)
	}
	dict, ok := pyliteral.DictOf(v)
	if !ok {
		return f, fmt.Errorf("%s: %w: neither an object nor a list of pairs", name, errDamaged)
	}
	f.entries = make([]Entry, len(dict))
	f.index = make(map[string]int, len(dict))
	for i, it := range dict {
		key, ok := it.Key.(string)
		if !ok { // from a list of pairs; written, it becomes a text
			key = pyliteral.Dumps(it.Key, pyliteral.JSONStyle{})
		} else {
			f.index[key] = i
		}
		f.entries[i] = Entry{key, it.Value}
	}
	return f, nil
}

func (f *file) first(k int) []Entry {
	k = min(k, len(f.entries))
	return f.entries[:k:k]
}

// with returns a file with entries stored in it.
func (f *file) with(entries []Entry) *file {
	g := &file{entries: make([]Entry, len(f.entries), len(f.entries)+len(entries)), index: make(map[string]int, len(f.index)+len(entries))}
	copy(g.entries, f.entries)
	for key, i := range f.index {
		g.index[key] = i
	}
	for _, e := range entries {
		if i, ok := g.index[e.Key]; ok {
			g.entries[i] = e
			continue
		}
		g.index[e.Key] = len(g.entries)
		g.entries = append(g.entries, e)
	}
	return g
}

func (f *file) dict() pyliteral.Dict {
	d := make(pyliteral.Dict, len(f.entries))
	for i, e := range f.entries {
		d[i] = pyliteral.Item{Key: e.Key, Value: e.Value}
	}
	return d
}
