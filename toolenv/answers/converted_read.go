package answers

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/internal/jsonitems"
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
	at := map[string]int{}
	for c, err := range ReadEach(path, f) {
		if err != nil {
			return nil, err
		}
		if i, twice := at[c.ID]; twice {
			out[i] = *c
			continue
		}
		at[c.ID] = len(out)
		out = append(out, *c)
	}
	return out, nil
}

// ReadEach goes through converted answers one at a time; name stands in errors,
// after which nothing follows.
func ReadEach(name string, r io.Reader) iter.Seq2[*Converted, error] {
	return func(yield func(*Converted, error) bool) {
		for it, err := range jsonitems.Object(r) {
			if err != nil {
				yield(nil, fmt.Errorf("answers: %s: %w", name, err))
				return
			}
			c, err := parseConverted(it.Key, it.Text)
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

func parseConverted(id, text string) (*Converted, error) {
	v, err := pyliteral.FromJSON(text)
	if err != nil {
		return nil, err
	}
	return FromValue(id, v)
}

// FromValue reads a converted answer from its value in a file.
func FromValue(id string, v any) (c *Converted, err error) {
	defer fieldErrors(&err)
	top := object(v, "the answer")
	answer := object(top["answer"], "answer")
	c = &Converted{ID: id, Query: text(top, "query"), Answer: Answer{
		Method:      text(answer, "method"),
		FinalAnswer: text(answer, "final_answer"),
	}}
	n, ok := answer["total_steps"].(int64)
	if !ok {
		return nil, wrong("answer.total_steps", answer["total_steps"], "a whole number")
	}
	c.Answer.TotalSteps = int(n)
	for _, t := range list(top, "available_tools") {
		d, ok := t.(pyliteral.Dict)
		if !ok {
			return nil, wrong("available_tools", t, "a list of objects")
		}
		c.Tools = append(c.Tools, d)
	}
	for _, n := range list(answer, "answer_details") {
		c.Answer.Details = append(c.Answer.Details, node(n))
	}
	return c, nil
}

func node(v any) *Node {
	d := object(v, "a node of answer_details")
	n := &Node{Role: text(d, "role")}
	switch m := d["message"].(type) {
	case nil, string:
		n.Message = m
	case pyliteral.Dict:
		fields := object(m, "message")
		n.Message = ToolMessage{text(fields, "name"), text(fields, "arguments"), text(fields, "response")}
	default:
		panic(wrong("message", m, "a text or a call"))
	}
	for _, k := range list(d, "next") {
		n.Next = append(n.Next, node(k))
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
