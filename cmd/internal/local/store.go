package local

import "github.com/stepgrain/stepgrain/llama"

// store keeps sessions by task.
type store struct {
	tasks map[string][]*kept
	clock int
}

type kept struct {
	*llama.Session
	used int // when it was last asked for
}

// longest returns the session that has most of a prompt, and how many of its
// tokens can be taken from there: never all, since a turn is predicted from a
// token that is computed. nil when there is none.
func (s *store) longest(task string, prompt []int32) (best *llama.Session, n int) {
	var winner *kept
	for _, k := range s.tasks[task] {
		if c := min(common(k.Tokens(), prompt), len(prompt)-1); c > n {
			winner, n = k, c
		}
	}
	if winner == nil {
		return nil, 0
	}
	s.clock++
	winner.used = s.clock
	return winner.Session, n
}

// common is how many tokens two lists begin with alike.
func common(a, b []int32) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// put keeps a session. Those that are a beginning of another one are not needed:
// the longer one can be cut.
func (s *store) put(task string, session *llama.Session) {
	if s.tasks == nil {
		s.tasks = map[string][]*kept{}
	}
	s.clock++
	list := s.tasks[task]
	out := list[:0]
	for _, k := range list {
		if common(k.Tokens(), session.Tokens()) == k.Len() {
			k.Close()
			continue
		}
		out = append(out, k)
	}
	clear(list[len(out):])
	s.tasks[task] = append(out, &kept{session, s.clock})
}

// evict gives up the session that was not asked for the longest, but not except.
// It reports false when there is none.
func (s *store) evict(except *llama.Session) bool {
	var oldest *kept
	var where string
	var at int
	for task, list := range s.tasks {
		for i, k := range list {
			if k.Session != except && (oldest == nil || k.used < oldest.used) { // clocks differ: the order of the map does not matter
				oldest, where, at = k, task, i
			}
		}
	}
	if oldest == nil {
		return false
	}
	oldest.Close()
	list := append(s.tasks[where][:at:at], s.tasks[where][at+1:]...)
	if s.tasks[where] = list; len(list) == 0 {
		delete(s.tasks, where)
	}
	return true
}

// drop gives up the sessions of a task.
func (s *store) drop(task string) {
	for _, k := range s.tasks[task] {
		k.Close()
	}
	delete(s.tasks, task)
}

func (s *store) clear() {
	for task := range s.tasks {
		s.drop(task)
	}
}
