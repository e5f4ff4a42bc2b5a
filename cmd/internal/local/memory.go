package local

import (
	"slices"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// saidKey names a turn of a task.
type saidKey struct {
	task   string
	sample int
	id     string // of its call
}

// remember keeps the ids of a turn where its text alone would give others: a
// model may write spaces that the parser drops, or a word in other tokens than
// the tokenizer; and where the search is going to rename its call. Later prompts
// then hold what was sampled, as in training. A turn in which the model itself
// wrote a control token before its end stands as text.
func (m *Model) remember(r *search.Request, sample int, msg *search.Message, ids []int32) {
	if n := len(ids); n > 0 && slices.ContainsFunc(ids[:n-1], m.tok.IsSpecial) {
		return
	}
	if offered(r.Functions, msg.Calls[0].Name) && m.layout.Gives(ids, m.said(msg)) {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turns[saidKey{r.Task, sample, msg.Calls[0].ID}] = remembered{msg.Calls[0].Name, slices.Clone(ids)}
}

func offered(functions []pyliteral.Dict, name string) bool {
	return slices.ContainsFunc(functions, func(f pyliteral.Dict) bool {
		v, _ := f.Get("name")
		return v == name
	})
}

type remembered struct {
	name string
	ids  []int32
}

// sampled are the ids of an assistant's message as they were sampled, nil when its
// text gives them. A call that the search renamed, because there is no such
// function, stands under its new name where prompts are ToolBench's, and as it was
// where they are those of our own training.
func (m *Model) sampled(task string, sample int, msg *search.Message) []int32 {
	if len(msg.Calls) == 0 {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.turns[saidKey{task, sample, msg.Calls[0].ID}]
	if !ok || r.name != msg.Calls[0].Name && m.instructed() {
		return nil
	}
	return r.ids
}

// Forget frees what is kept of a task, once nobody will ask for it.
func (m *Model) Forget(task string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k := range m.turns {
		if k.task == task {
			delete(m.turns, k)
		}
	}
	m.forget = append(m.forget, task)
	m.wake()
}
