package dataset

import (
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Examples are the instances of one task: an entry of a file for SFT or RFT.
type Examples struct {
	Task      string
	Instances []Instance
}

// Instance is a conversation that ends with the assistant's turn to be imitated.
type Instance struct {
	ID            string // "Step k: {query}", k the place of that turn, system being 0
	Conversations []Message
}

// Message is one turn of a conversation.
type Message struct {
	From  string // system, user, assistant, function (or tool, which means the same)
	Value string
}

// ReadExamples goes through a file for SFT or RFT, one task at a time; name stands
// in errors, after which nothing follows.
func ReadExamples(name string, r io.Reader) iter.Seq2[*Examples, error] {
	return func(yield func(*Examples, error) bool) {
		for it, err := range pyliteral.StreamDict(r) {
			if err != nil {
				yield(nil, fmt.Errorf("dataset: %s: %w", name, err))
				return
			}
			e, err := examplesOf(it.Key.(string), it.Value)
			if err != nil {
				yield(nil, fmt.Errorf("dataset: %s: task %s: %w", name, it.Key, err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func examplesOf(task string, v any) (*Examples, error) {
	e := &Examples{Task: task}
	entry, ok := v.(pyliteral.Dict)
	if !ok {
		return nil, fmt.Errorf("expected an object with cnt and instances, found %.40s", pyliteral.Repr(v))
	}
	count, _ := entry.Get("cnt")
	instances, _ := entry.Get("instances")
	list, ok := instances.(pyliteral.List)
	if !ok {
		return nil, fmt.Errorf("instances is %.40s, not a list", pyliteral.Repr(instances))
	}
	if count != int64(len(list)) {
		return nil, fmt.Errorf("cnt is %.40s, but there are %d instances", pyliteral.Repr(count), len(list))
	}
	for i, v := range list {
		x, err := instanceOf(v)
		if err != nil {
			return nil, fmt.Errorf("instance %d: %w", i+1, err)
		}
		e.Instances = append(e.Instances, x)
	}
	return e, nil
}

func instanceOf(v any) (x Instance, err error) {
	d, _ := v.(pyliteral.Dict)
	id, _ := d.Get("id")
	list, _ := d.Get("conversations")
	messages, ok := list.(pyliteral.List)
	if x.ID, _ = id.(string); !ok || len(messages) == 0 {
		return x, fmt.Errorf("expected an object with id and conversations, found %.40s", pyliteral.Repr(v))
	}
	for i, v := range messages {
		d, _ := v.(pyliteral.Dict)
		from, _ := d.Get("from")
		value, _ := d.Get("value")
		var m Message
		var hasValue bool
		m.From, _ = from.(string)
		m.Value, hasValue = value.(string)
		switch m.From {
		case "system", "user", "assistant", "function", "tool":
		default:
			return x, fmt.Errorf("message %d is from %.40s, not from system, user, assistant, function or tool", i+1, pyliteral.Repr(from))
		}
		if !hasValue {
			return x, fmt.Errorf("message %d has no text as value", i+1)
		}
		x.Conversations = append(x.Conversations, m)
	}
	if last := x.Conversations[len(x.Conversations)-1].From; last != "assistant" {
		return x, fmt.Errorf("the last message is from %s: the assistant's turn to be imitated has to be last", last)
	}
	return x, nil
}

// ExamplesWriter writes a file for SFT or RFT one task at a time, as the release
// does: indented by four spaces, characters outside of ASCII as they are.
type ExamplesWriter struct {
	w io.Writer
	n int
}

// NewExamplesWriter starts a file.
func NewExamplesWriter(w io.Writer) *ExamplesWriter { return &ExamplesWriter{w: w} }

// Write adds a task.
func (w *ExamplesWriter) Write(e *Examples) error {
	instances := make(pyliteral.List, len(e.Instances))
	for i, x := range e.Instances {
		messages := make(pyliteral.List, len(x.Conversations))
		for k, m := range x.Conversations {
			messages[k] = pyliteral.Dict{{Key: "from", Value: m.From}, {Key: "value", Value: m.Value}}
		}
		instances[i] = pyliteral.Dict{{Key: "id", Value: x.ID}, {Key: "conversations", Value: messages}}
	}
	entry := pyliteral.Dict{{Key: e.Task, Value: pyliteral.Dict{{Key: "cnt", Value: len(instances)}, {Key: "instances", Value: instances}}}}
	text := pyliteral.Dumps(entry, pyliteral.JSONStyle{Indent: "    "})
	sep := "{\n"
	if w.n > 0 {
		sep = ",\n"
	}
	w.n++
	_, err := io.WriteString(w.w, sep+text[len("{\n"):len(text)-len("\n}")])
	return err
}

// Close ends the file; it does not close what it writes to.
func (w *ExamplesWriter) Close() error {
	end := "\n}"
	if w.n == 0 {
		end = "{}"
	}
	_, err := io.WriteString(w.w, end)
	return err
}

// stepID is the id of an instance of n messages.
func stepID(n int, query string) string { return "Step " + strconv.Itoa(n-1) + ": " + query }
