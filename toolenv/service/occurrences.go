package service

import (
	"strings"
	"sync"
)

// Occurrences counts how often something was asked on the way to a place in a
// search. Calls on the branch itself count and those on the branches it grew out
// of ("0" and "0.1" for "0.1.0"), for a search that goes back has the same past
// as one that came here directly; calls on siblings do not. So the count does not
// depend on which branch was played first, as long as the calls of one branch come
// one after the other and before those of the branches that grow out of it.
//
// The zero value is ready. It may be used by many goroutines.
type Occurrences struct {
	mu    sync.Mutex
	tasks map[string]map[asked]int
}

type asked struct{ branch, content string }

// Next counts a call and returns how many there were before it: 0 for the first.
func (o *Occurrences) Next(task, branch, content string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tasks == nil {
		o.tasks = map[string]map[asked]int{}
	}
	counts := o.tasks[task]
	if counts == nil {
		counts = map[asked]int{}
		o.tasks[task] = counts
	}
	n := counts[asked{"", content}]
	for i := range branch {
		if branch[i] == '.' {
			n += counts[asked{branch[:i], content}]
		}
	}
	if branch != "" {
		n += counts[asked{branch, content}]
	}
	counts[asked{strings.Clone(branch), content}]++
	return n
}

// Forget drops the counts of a task: it is played from its beginning, or over.
func (o *Occurrences) Forget(task string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.tasks, task)
}

// Beginner is a Service that counts calls per task, and so has to be told when a
// task is played again.
type Beginner interface{ Begin(task string) }

// Begin tells a service, where it wants to know, that a task is played from its
// beginning: what was asked before is forgotten. Without it a second play of the
// same task gets the answers of a continued first one.
func Begin(s Service, task string) {
	if b, ok := s.(Beginner); ok {
		b.Begin(task)
	}
}
