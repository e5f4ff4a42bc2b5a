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

// Recorder is a Service that hands calls on and keeps the answers. It may be
// called by many goroutines. Calls that were stopped because the run was
// (context.Canceled) are not kept.
type Recorder struct {
	next service.Service
	root *os.Root
	dir  string
	seen service.Occurrences

	mu    sync.Mutex
	tasks map[string]*log
	notes []string
	err   error // the first that kept a call from being written
}

// log is the file of one task.
type log struct {
	mu    sync.Mutex
	ready bool
}

// New returns a Recorder that writes to a folder, which is created where it does
// not exist. Files that are there are continued: a call that is made again
// replaces the one that was kept. Close it.
func New(next service.Service, dir string) (*Recorder, error) {
	if next == nil {
		panic("record: New: no service")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	return &Recorder{next: next, root: root, dir: dir, tasks: map[string]*log{}}, nil
}

// Begin forgets how often a task's calls were made: it is played again.
func (r *Recorder) Begin(task string) {
	r.seen.Forget(task)
	service.Begin(r.next, task)
}

// Call makes the call and keeps it before it returns the answer.
func (r *Recorder) Call(ctx context.Context, q service.Request) (service.Reply, error) {
	hash := Hash(q)
	hide := newRedactor(q.Key)
	l := line{
		Branch: q.Branch, Occurrence: r.seen.Next(q.Task, q.Branch, hash) + 1, Hash: hash,
		Function: hide.text(q.Function), Category: hide.text(q.Category), Tool: hide.text(q.Tool), API: hide.text(q.API), Input: hide.text(q.Input),
	}
	reply, err := r.next.Call(ctx, q)
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		return reply, err
	}
	if err != nil {
		l.Fault, l.Error = service.FaultOf(err), hide.text(cause(err))
	} else {
		l.Status, l.ContentType, l.Body = reply.Status, hide.text(reply.ContentType), hide.text(string(reply.Body))
	}
	r.keep(q.Task, l)
	return l.answer(q)
}

// keep appends a line to its task's file.
func (r *Recorder) keep(task string, l line) {
	r.mu.Lock()
	t := r.tasks[task]
	if t == nil {
		t = &log{}
		r.tasks[task] = t
	}
	r.mu.Unlock()

	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ready {
		if err := r.prepare(task); err != nil {
			r.fail(err)
			return
		}
		t.ready = true
	}
	if err := writeSynced(r.root, fileName(task), os.O_APPEND, l.marshal()); err != nil {
		t.ready = false // part of the line may be there: the next one begins with a whole file
		r.fail(err)
	}
}

// prepare makes a file that lines can be appended to, of whatever is there.
func (r *Recorder) prepare(task string) error {
	c, err := read(r.root, task)
	if err != nil || c.whole {
		return err
	}
	if c.torn != "" {
		r.mu.Lock()
		r.notes = append(r.notes, c.torn)
		r.mu.Unlock()
	}
	return write(r.root, task, c.lines)
}

func (r *Recorder) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = fmt.Errorf("record: a tool call was not kept: %w", in(r.dir, err))
	}
}

// Err is the first error that kept a call from being written, or nil. Such an
// error does not change the answers of the run, but its record has a hole.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Notes describes unfinished lines that were found in files and left out.
func (r *Recorder) Notes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(slices.Values(r.notes))
}

// Close brings the files of the run in order. Its error is that of Err or of the
// files. No call may be under way.
func (r *Recorder) Close() error {
	err := r.Err()
	r.mu.Lock()
	defer r.mu.Unlock()
	for task, t := range r.tasks {
		if !t.ready {
			continue
		}
		c, e := read(r.root, task)
		if e == nil {
			e = write(r.root, task, c.lines)
		}
		if e != nil && err == nil {
			err = fmt.Errorf("record: %w", in(r.dir, e))
		}
	}
	return errors.Join(err, r.root.Close())
}
