package policy

import (
	"context"
	"fmt"
	"sync"

	"github.com/stepgrain/stepgrain/toolenv/search"
)

// Script is a model that says what a file says, turn by turn and task by task,
// in the order in which a task asks: for tests, demonstrations and replays of
// what some other system said. It is safe for concurrent use; tasks do not
// affect each other.
type Script struct {
	// Released reads texts with the released parser, which never fails.
	Released bool

	turns map[scriptKey][]Turn
	mu    sync.Mutex
	next  map[scriptKey]int
}

// scriptKey names a list of turns. Lines without a sample serve all samples that
// have no line of their own.
type scriptKey struct {
	task   string
	sample int // anySample for lines without one
}

const anySample = -1

// Turn is one thing to say: a text, which is parsed as that of a text model is, or
// a content with calls.
type Turn struct {
	Text  string
	Calls []search.Call // with Text as the content
	// Parsed says that Calls counts, even when there are none.
	Parsed bool
}

// ScriptEnd is the error of a script that has nothing (more) to say.
type ScriptEnd struct {
	Task   string
	Sample int
	Said   int // turns that were there
}

// Error names the task.
func (e *ScriptEnd) Error() string {
	if e.Said == 0 {
		return fmt.Sprintf("policy: the script has no turns for task %s, sample %d", e.Task, e.Sample)
	}
	return fmt.Sprintf("policy: the script has no more than %d turns for task %s, sample %d", e.Said, e.Task, e.Sample)
}

// NewScript returns an empty script.
func NewScript() *Script {
	return &Script{turns: map[scriptKey][]Turn{}, next: map[scriptKey]int{}}
}

// Add appends turns of a task; sample is negative for all samples that have no
// turns of their own.
func (s *Script) Add(task string, sample int, turns ...Turn) {
	k := scriptKey{task, max(sample, anySample)}
	s.turns[k] = append(s.turns[k], turns...)
}

// Tasks is how many lists of turns there are.
func (s *Script) Tasks() int { return len(s.turns) }

// Next says the task's next turn, of sample 0.
func (s *Script) Next(ctx context.Context, r *search.Request) (*search.Reply, error) {
	return s.say(ctx, r, 0)
}

// Sample is the script as the model of one sample: a task that is solved several
// times begins its list anew for each.
func (s *Script) Sample(k int) search.Model {
	return search.ModelFunc(func(ctx context.Context, r *search.Request) (*search.Reply, error) { return s.say(ctx, r, k) })
}

func (s *Script) say(ctx context.Context, r *search.Request, sample int) (*search.Reply, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t, err := s.take(r.Task, sample)
	if err != nil {
		return nil, err
	}
	if t.Parsed {
		reply := &search.Reply{Content: t.Text, Calls: t.Calls, Requests: 1}
		if len(t.Calls) == 0 && r.Required {
			reply.ParseError = "no call in the answer"
		}
		return reply, nil
	}
	reply := search.ReadText(t.Text, r, s.Released)
	reply.Requests = 1
	return reply, nil
}

// take returns the next turn of a sample and moves on.
func (s *Script) take(task string, sample int) (Turn, error) {
	own := scriptKey{task, sample}
	s.mu.Lock()
	defer s.mu.Unlock()
	turns, ok := s.turns[own]
	if !ok {
		turns = s.turns[scriptKey{task, anySample}]
	}
	i := s.next[own]
	if i >= len(turns) {
		return Turn{}, &ScriptEnd{Task: task, Sample: sample, Said: len(turns)}
	}
	s.next[own]++
	return turns[i], nil
}
