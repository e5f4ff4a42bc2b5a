package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Dir is a Store in the folders of StableToolBench:
// {category}/{tool}/{api}.json, each an object from key to value, written as
// Python's json.dump(…, indent=4) writes it. Its names cannot lead out of it, nor
// can symbolic links in it.
//
// A file is replaced as a whole (written beside, synchronised, renamed), so it
// parses at any time. Writers of one tool take turns: goroutines by a mutex,
// processes by a lock on the tool's folder (flock; only Unix has it, so
// elsewhere one process may write). Readers need no lock. A program that writes
// such files in place, as the released server does, is not held back by it.
type Dir struct {
	root   *os.Root
	o      Options
	memory *memory

	mu    sync.Mutex
	tools map[string]*sync.Mutex // writers, by folder
}

// OpenDir opens a folder, which it makes where there is none.
func OpenDir(dir string, o Options) (*Dir, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	return &Dir{root: root, o: o, memory: newMemory(o.Memory), tools: map[string]*sync.Mutex{}}, nil
}

// Get implements Store.
func (d *Dir) Get(_ context.Context, n Name, key string) (any, bool, error) {
	f, err := d.load(n)
	if err != nil {
		return nil, false, err
	}
	i, ok := f.index[key]
	if !ok {
		return nil, false, nil
	}
	return f.entries[i].Value, true, nil
}

// First implements Store.
func (d *Dir) First(_ context.Context, n Name, k int) ([]Entry, error) {
	f, err := d.load(n)
	if err != nil {
		return nil, err
	}
	return f.first(k), nil
}

// Close implements Store.
func (d *Dir) Close() error { return d.root.Close() }

// load returns the entries of an API: those in memory, when the file is still
// the same, or else those in the file.
func (d *Dir) load(n Name) (*file, error) {
	if err := n.Check(); err != nil {
		return nil, err
	}
	info, err := d.root.Stat(n.String())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return empty, nil
	case err != nil:
		return nil, err
	}
	if f := d.memory.get(n, info); f != nil {
		return f, nil
	}
	f, err := d.read(d.root, n.String())
	if err == nil && f.info != nil {
		d.memory.put(n, f)
	}
	return f, err
}

// errDamaged says that a file holds something else than entries.
var errDamaged = errors.New("not the entries of an API")

// read reads a file. One that is damaged is empty.
func (d *Dir) read(root *os.Root, name string) (*file, error) {
	f, err := readFile(root, name, d.o.MaxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return empty, nil
	case errors.Is(err, errDamaged):
		return &file{index: map[string]int{}, info: f.info, damaged: true}, nil
	}
	return f, err
}

// Put implements Store.
func (d *Dir) Put(ctx context.Context, n Name, entries ...Entry) error {
	if err := n.Check(); err != nil {
		return err
	}
	dir := path.Dir(n.String())
	mu := d.writer(dir)
	mu.Lock()
	defer mu.Unlock()
	folder, err := d.openFolder(ctx, dir)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	defer folder.close()
	name := n.API + ext
	old, err := d.read(folder.root, name)
	if err != nil {
		return err
	}
	next := old.with(entries)
	if len(next.entries) > d.o.MaxKeys && len(next.entries) > len(old.entries) {
		return fmt.Errorf("%s: %w (%d)", n, ErrFull, d.o.MaxKeys)
	}
	text := pyliteral.Dumps(next.dict(), pyliteral.JSONStyle{ASCII: true, Indent: "    "})
	if int64(len(text)) > d.o.MaxFile { // nobody could read it
		return fmt.Errorf("%s: %w (a file of %d bytes)", n, ErrFull, d.o.MaxFile)
	}
	if old.damaged && !d.o.Released {
		if err := folder.root.Rename(name, name+".damaged"); err != nil {
			return err
		}
	}
	if next.info, err = folder.replace(name, text); err != nil {
		return fmt.Errorf("%s: %w", n, err)
	}
	d.memory.put(n, next)
	return nil
}

// writer returns the mutex of those who write a tool.
func (d *Dir) writer(dir string) *sync.Mutex {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tools[dir] == nil {
		d.tools[dir] = &sync.Mutex{}
	}
	return d.tools[dir]
}
