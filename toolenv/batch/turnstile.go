package batch

import (
	"context"
	"sync"
)

// turnstile lets a job pass when all jobs before it are done.
type turnstile struct {
	mu     sync.Mutex
	done   []bool
	first  int             // of the jobs that are not done
	passed []chan struct{} // closed when it is the job's turn; nil until somebody waits
}

func newTurnstile(n int) *turnstile {
	return &turnstile{done: make([]bool, n), passed: make([]chan struct{}, n)}
}

// leave says that job i is done.
func (t *turnstile) leave(i int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done[i] = true
	for t.first < len(t.done) && t.done[t.first] {
		t.first++
	}
	if t.first < len(t.done) && t.passed[t.first] != nil {
		close(t.passed[t.first])
		t.passed[t.first] = nil
	}
}

// wait returns when it is the turn of job i, or ctx has ended.
func (t *turnstile) wait(ctx context.Context, i int) {
	t.mu.Lock()
	if t.first >= i {
		t.mu.Unlock()
		return
	}
	c := make(chan struct{})
	t.passed[i] = c
	t.mu.Unlock()
	select {
	case <-c:
	case <-ctx.Done():
	}
}
