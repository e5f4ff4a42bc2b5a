package record

import (
	"context"
	"errors"
	"fmt"
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

	mu    sync.Mutex
	tasks map[string]*replay
	notes []string
}

type replay struct {
	once  sync.Once
	lines map[key]line
	err   error
}

// Open returns a Replayer of a folder that a Recorder wrote.
func Open(dir string) (*Replayer, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	return &Replayer{root: root, dir: dir, tasks: map[string]*replay{}}, nil
}

// Begin forgets how often a task's calls were made: it is played again.
func (r *Replayer) Begin(task string) { r.seen.Forget(task) }

// Call answers as the recorded call did, at once. Without a record the error is
// a *service.Error with the fault Missing that names the call; a file that cannot
// be read is Broken.
func (r *Replayer) Call(ctx context.Context, q service.Request) (service.Reply, error) {
	if err := ctx.Err(); err != nil {
		return service.Reply{}, err
	}
	hash := Hash(q)
	k := key{q.Branch, hash, r.seen.Next(q.Task, q.Branch, hash) + 1}
	t := r.load(q.Task)
	if t.err != nil {
		return service.Reply{}, &service.Error{Fault: service.Broken, Request: q, Err: t.err}
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
	t.once.Do(func() {
		c, err := read(r.root, task)
		if err != nil {
			t.err = fmt.Errorf("the record of task %q: %w", task, err)
			return
		}
		if c.torn != "" {
			r.mu.Lock()
			r.notes = append(r.notes, c.torn)
			r.mu.Unlock()
		}
		t.lines = make(map[key]line, len(c.lines))
		for _, l := range c.lines {
			t.lines[l.key()] = l
		}
	})
	return t
}

// Notes describes unfinished lines that were found in files and left out.
func (r *Replayer) Notes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(slices.Values(r.notes))
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
