package answers

import (
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Load reads a file of converted answers in its order. Errors name the file and
// the task. Of an id given twice the last answer counts, at the first place.
func Load(path string) ([]Converted, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	defer f.Close()
	out := []Converted{}
	for c, err := range ReadEach(path, f) {
		if err != nil {
			return nil, err
		}
		out = append(out, *c)
	}
	return ByID(out), nil
}

// ReadEach goes through converted answers one at a time; name stands in errors,
// after which nothing follows.
func ReadEach(name string, r io.Reader) iter.Seq2[*Converted, error] {
	return func(yield func(*Converted, error) bool) {
		for it, err := range pyliteral.StreamDict(r) {
			if err != nil {
				yield(nil, fmt.Errorf("answers: %s: %w", name, err))
				return
			}
			c, err := FromValue(it.Key.(string), it.Value)
			if err != nil {
				yield(nil, fmt.Errorf("answers: %s: task %s: %w", name, it.Key, err))
				return
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

// FromValue reads a converted answer from its value in a file.
func FromValue(id string, v any) (*Converted, error) {
	d, ok := v.(pyliteral.Dict)
	if !ok {
		return nil, fmt.Errorf("the answer is %s, not an object: is this a file of converted answers?", kindOf(v))
	}
	var bad error
	top := fields{dict: d, bad: &bad}
	answer := top.object("answer")
	c := &Converted{ID: id, Query: top.text("query"), Answer: Answer{
		Method: answer.text("method"), TotalSteps: answer.number("total_steps"), FinalAnswer: answer.text("final_answer")}}
	for _, t := range top.objects("available_tools") {
		c.Tools = append(c.Tools, t.dict)
	}
	for _, n := range answer.objects("answer_details") {
		c.Answer.Details = append(c.Answer.Details, n.messageNode())
	}
	// An empty list is an answer without a step.
	if details, _ := answer.dict.Get("answer_details"); bad == nil && details == nil {
		bad = fmt.Errorf("no answer.answer_details: is this a file of converted answers?")
	}
	return c, bad
}

func (f fields) messageNode() *Node {
	n := &Node{Role: f.text("role")}
	switch m, _ := f.dict.Get("message"); m := m.(type) {
	case nil, string:
		n.Message = m
	case pyliteral.Dict:
		call := f.object("message")
		n.Message = ToolMessage{call.text("name"), call.text("arguments"), call.text("response")}
	default:
		f.wrong("message", "a text or a call", m)
	}
	for _, k := range f.objects("next") {
		n.Next = append(n.Next, k.messageNode())
	}
	return n
}
