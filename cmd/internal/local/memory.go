package local

import (
	"fmt"
	"slices"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// saidKey names a turn of a task.
type saidKey struct {
	task   string
	sample int
	id     string // of its call; its number in the conversation and its text when it has none
}

// remember keeps the ids of a turn where its text alone would give others: a
// model may write spaces that the parser drops, or a word in other tokens than
// the tokenizer; and where the search is going to rename its call. Later prompts
// then hold what was sampled, as in training. A turn in which the model itself
// wrote a control token before its end stands as text.
func (m *Model) remember(r *search.Request, sample int, msg *search.Message, ids []int32) {
	number := 0
	for i := range r.Messages {
		if r.Messages[i].Role == "assistant" {
			number++
		}
	}
	if slices.ContainsFunc(withoutEnd(ids, m.stop), m.tok.IsSpecial) {
		return
	}
	key, name := keyOf(r.Task, sample, number, msg)
	if (name == "" || offered(r.Functions, name)) && m.layout.Gives(ids, m.said(msg)) {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turns[key] = remembered{name, slices.Clone(ids)}
}

// keyOf names a turn, and gives the function that it calls, "" for words without
// a call.
func keyOf(task string, sample, number int, msg *search.Message) (key saidKey, name string) {
	if len(msg.Calls) == 0 || msg.Calls[0].Name == "" {
		return saidKey{task, sample, fmt.Sprint("turn ", number, ": ", msg.Content)}, ""
	}
	return saidKey{task, sample, msg.Calls[0].ID}, msg.Calls[0].Name
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

// sampled are the ids of an assistant's message, of the given number in its
// conversation, as they were sampled, nil when its
// text gives them. A call that the search renamed, because there is no such
// function, stands under its new name where prompts are ToolBench's, and as it was
// where they are those of our own training.
func (m *Model) sampled(task string, sample, number int, msg *search.Message) []int32 {
	key, name := keyOf(task, sample, number, msg)
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.turns[key]
	if !ok || r.name != name && m.instructed() {
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
