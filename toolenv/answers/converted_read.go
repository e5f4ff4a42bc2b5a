package answers

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/google/renameio/v2"

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
		return nil, fmt.Errorf("the answer is %s, not an object", kindOf(v))
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
	if bad == nil && len(c.Answer.Details) == 0 {
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

// Save writes converted answers as the release does, indented by two spaces. The
// file is complete or absent.
func Save(path string, list []Converted) error {
	f, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o644))
	if err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	defer f.Cleanup()
	w := NewWriter(f)
	for i := range list {
		if err := w.Write(&list[i]); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := f.CloseAtomicallyReplace(); err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	return nil
}

// Writer writes converted answers one at a time.
type Writer struct {
	w io.Writer
	n int
}

// NewWriter starts a file of converted answers.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write adds an answer.
func (w *Writer) Write(c *Converted) error {
	sep := "{\n"
	if w.n > 0 {
		sep = ",\n"
	}
	w.n++
	// One entry of an indented object: the text of {id: answer} without its braces.
	one := pyliteral.Dumps(pyliteral.Dict{{Key: c.ID, Value: c.Value()}}, indented)
	one = one[len("{\n") : len(one)-len("\n}")]
	return w.put(sep + one)
}

// Close ends the object; it does not close what it writes to.
func (w *Writer) Close() error {
	if w.n == 0 {
		return w.put("{}")
	}
	return w.put("\n}")
}

func (w *Writer) put(s string) error {
	if _, err := io.Copy(w.w, bytes.NewBufferString(s)); err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	return nil
}

// indented is Python's json.dump(x, indent=2).
var indented = pyliteral.JSONStyle{ASCII: true, Indent: "  "}
