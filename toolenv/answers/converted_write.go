package answers

import (
	"bufio"
	"fmt"
	"io"
	"iter"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Save writes converted answers as the release does, indented by two spaces. The
// file is complete or absent.
func Save(path string, list []Converted) error {
	_, err := SaveEach(path, func(yield func(*Converted, error) bool) {
		for i := range list {
			if !yield(&list[i], nil) {
				return
			}
		}
	})
	return err
}

// SaveEach is Save for answers that come one at a time; it returns how many there
// were.
func SaveEach(path string, list iter.Seq2[*Converted, error]) (int, error) {
	f, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o644))
	if err != nil {
		return 0, fmt.Errorf("answers: %w", err)
	}
	defer f.Cleanup()
	b := bufio.NewWriter(f)
	w := NewWriter(b)
	for c, err := range list {
		if err == nil {
			err = w.Write(c)
		}
		if err != nil {
			return w.n, err
		}
	}
	if err := w.Close(); err != nil {
		return w.n, err
	}
	if err := b.Flush(); err != nil {
		return w.n, fmt.Errorf("answers: %w", err)
	}
	if err := f.CloseAtomicallyReplace(); err != nil {
		return w.n, fmt.Errorf("answers: %w", err)
	}
	return w.n, nil
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
	if _, err := io.WriteString(w.w, s); err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	return nil
}

// indented is Python's json.dump(x, indent=2).
var indented = pyliteral.JSONStyle{ASCII: true, Indent: "  "}
