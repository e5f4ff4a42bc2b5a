package record

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/stepgrain/stepgrain/toolenv/service"
)

// Replayer is a Service that answers from a recording. It may be called by many
// goroutines and reads a task's file at its first call.
type Replayer struct {
	root *os.Root
	dir  string
	seen service.Occurrences

	mu     sync.Mutex
	tasks  map[string]*replay // files that are in memory
	loaded []string           // their tasks, the first read first
	bytes  int                // of all of them
	notes  map[string]bool
}

type replay struct {
	once  sync.Once
	lines map[key]line
	bytes int
	err   error
}

// mostLoaded is how many bytes of files stay in memory, at least one file. Tests
// change it.
var mostLoaded = 256 << 20

// Open returns a Replayer of a folder that a Recorder wrote.
func Open(dir string) (*Replayer, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	return &Replayer{root: root, dir: dir, tasks: map[string]*replay{}, notes: map[string]bool{}}, nil
}

// Begin forgets how often a task's calls were made: it is played again.
func (r *Replayer) Begin(task string) { r.seen.Forget(task) }

// Call answers as the recorded call did, at once. Without a record the error is
// a *service.Error with the fault Missing that names the call, and so it is when
// the file cannot be read: what is not known is not answered.
func (r *Replayer) Call(ctx context.Context, q service.Request) (service.Reply, error) {
	if err := ctx.Err(); err != nil {
		return service.Reply{}, err
	}
	hash := Hash(q)
	k := key{q.Branch, hash, r.seen.Next(q.Task, q.Branch, hash) + 1}
	t := r.load(q.Task)
	if t.err != nil {
		return service.Reply{}, &service.Error{Fault: service.Missing, Request: q, Err: t.err}
	}
	l, ok := t.lines[k]
	if !ok {
		return service.Reply{}, &service.Error{Fault: service.Missing, Request: q, Err: fmt.Errorf(
			"%s has no record of call %d of %s (category %q, tool %q, API %q) with input %s on branch %q of task %q; record the run again",
			r.dir, k.occurrence, q.Function, q.Category, q.Tool, q.API, excerpt(q.Input), q.Branch, q.Task)}
	}
	return l.answer(q)
}

func (r *Replayer) load(task string) *replay {
	r.mu.Lock()
	t := r.tasks[task]
	if t == nil {
		t = &replay{}
		r.tasks[task] = t
	}
	r.mu.Unlock()
	t.once.Do(func() { r.read(task, t) })
	return t
}

// read fills t, and drops the files that were read first when there are too many.
func (r *Replayer) read(task string, t *replay) {
	c, err := read(r.root, task)
	if err != nil {
		t.err = fmt.Errorf("the record of task %q: %w", task, in(r.dir, err))
		return
	}
	t.lines = make(map[key]line, len(c.lines))
	for _, l := range c.lines {
		t.lines[l.key()] = l
		t.bytes += len(l.Input) + len(l.Body)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.torn != "" {
		r.notes[c.torn] = true
	}
	r.loaded = append(r.loaded, task)
	r.bytes += t.bytes
	for r.bytes > mostLoaded && len(r.loaded) > 1 {
		first := r.loaded[0]
		r.loaded = r.loaded[1:]
		r.bytes -= r.tasks[first].bytes
		delete(r.tasks, first)
	}
}

// Notes describes unfinished lines that were found in files and left out.
func (r *Replayer) Notes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.notes))
}

// Close releases the folder.
func (r *Replayer) Close() error { return r.root.Close() }

// answer is what the caller gets, when recording and when replaying.
func (l *line) answer(q service.Request) (service.Reply, error) {
	if l.Fault != "" {
		return service.Reply{}, &service.Error{Fault: l.Fault, Request: q, Err: &recorded{l.Fault, l.Error}}
	}
	return service.Reply{Status: l.Status, ContentType: l.ContentType, Body: []byte(l.Body)}, nil
}

// recorded is the text of an error that happened when the run was recorded.
type recorded struct {
	fault service.Fault
	text  string
}

func (e *recorded) Error() string { return e.text }

// Is makes a recorded timeout a deadline that passed.
func (e *recorded) Is(target error) bool {
	return target == context.DeadlineExceeded && e.fault == service.Timeout
}

// cause is the text of an error without the request that a *service.Error adds.
func cause(err error) string {
	var e *service.Error
	if errors.As(err, &e) {
		if e.Err == nil {
			return ""
		}
		return e.Err.Error()
	}
	return err.Error()
}

// excerpt quotes the beginning of an input for an error message.
func excerpt(s string) string {
	if len(s) > 200 {
		return fmt.Sprintf("%q…", s[:200])
	}
	return fmt.Sprintf("%q", s)
}
