package steptool

import (
	"fmt"
	"io"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/internal/pycsv"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Save writes rows as the release does: tab separated, each cell the repr of a
// Python list. The file is complete or absent.
func Save(path string, rows []Row) error {
	f, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o644))
	if err != nil {
		return fmt.Errorf("steptool: %w", err)
	}
	defer f.Cleanup()
	if err := Write(f, rows); err != nil {
		return err
	}
	if err := f.CloseAtomicallyReplace(); err != nil {
		return fmt.Errorf("steptool: %w", err)
	}
	return nil
}

// Write writes rows to w. When one has log-probabilities, all have to.
func Write(w io.Writer, rows []Row) error {
	stored := false
	for _, r := range rows {
		stored = stored || r.LogProbs != nil
	}
	out := NewWriter(w, stored)
	for _, r := range rows {
		if err := out.Write(r); err != nil {
			return err
		}
	}
	return out.Close()
}

// Writer writes rows one at a time.
type Writer struct {
	w     io.Writer
	width int
	rows  int
	buf   []byte
}

// NewWriter starts a file, with or without the column of log-probabilities.
func NewWriter(w io.Writer, logProbs bool) *Writer {
	width := optional
	if logProbs {
		width = len(columns)
	}
	return &Writer{w: w, width: width}
}

// Write adds a row.
func (w *Writer) Write(r Row) error {
	w.rows++
	if len(r.Prompts) != len(r.Responses) || len(r.Prompts) != len(r.Rewards) {
		return fmt.Errorf("steptool: Write: row %d: %d prompts, %d responses, %d rewards: have to be equally many",
			w.rows, len(r.Prompts), len(r.Responses), len(r.Rewards))
	}
	cells := []string{repr(r.Prompts), repr(r.Responses), repr(r.Rewards)}
	if w.width > optional {
		if len(r.LogProbs) != len(r.Responses) {
			return fmt.Errorf("steptool: Write: row %d: %d lists of log-probabilities for %d responses: all rows have to have them, or none", w.rows, len(r.LogProbs), len(r.Responses))
		}
		lists := make([]pyliteral.List, len(r.LogProbs))
		for k, x := range r.LogProbs {
			for _, v := range x {
				lists[k] = append(lists[k], v)
			}
		}
		cells = append(cells, repr(lists))
	}
	return w.put(w.rows == 1, cells)
}

// Close ends the file, which holds the names of the columns even without rows; it
// does not close what it writes to.
func (w *Writer) Close() error {
	if w.rows > 0 {
		return nil
	}
	return w.put(true, nil)
}

func (w *Writer) put(head bool, cells []string) error {
	w.buf = w.buf[:0]
	if head {
		w.buf = pycsv.AppendRow(w.buf, "\n", columns[:w.width]...)
	}
	if cells != nil {
		w.buf = pycsv.AppendRow(w.buf, "\n", cells...)
	}
	if _, err := w.w.Write(w.buf); err != nil {
		return fmt.Errorf("steptool: %w", err)
	}
	return nil
}

func repr[T any](values []T) string {
	list := make(pyliteral.List, len(values))
	for i, v := range values {
		list[i] = v
	}
	return pyliteral.Repr(list)
}
