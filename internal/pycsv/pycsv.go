package pycsv

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// AppendRow appends a row with the given line end ("\n" or "\r\n").
func AppendRow(b []byte, lineEnd string, cells ...string) []byte {
	for i, c := range cells {
		if i > 0 {
			b = append(b, '\t')
		}
		if strings.ContainsAny(c, "\t\"\r\n") || c == "" && len(cells) == 1 {
			b = append(b, '"')
			b = append(b, strings.ReplaceAll(c, `"`, `""`)...)
			b = append(b, '"')
		} else {
			b = append(b, c...)
		}
	}
	return append(b, lineEnd...)
}

// Reader reads rows one at a time.
type Reader struct {
	r    *bufio.Reader
	line int
}

// NewReader reads from r.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, 1<<16), line: 1} }

// Read returns the next row that is not an empty line, and the line on which it
// begins, counted from 1. The error is io.EOF at the end. A quote counts only at
// the beginning of a cell; what follows a closing quote belongs to the cell.
func (r *Reader) Read() (cells []string, line int, err error) {
	var cell []byte
	line = r.line
	started, any, quoted := false, false, false // the cell has begun, the row has, inside quotes
	for {
		c, err := r.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF) && quoted:
			return nil, line, fmt.Errorf("line %d: a quote is never closed", line)
		case errors.Is(err, io.EOF) && !any:
			return nil, line, io.EOF
		case errors.Is(err, io.EOF):
			return append(cells, string(cell)), line, nil
		case err != nil:
			return nil, line, err
		}
		if c == '\n' {
			r.line++
		}
		switch {
		case quoted && c == '"':
			if next, err := r.r.Peek(1); err == nil && next[0] == '"' {
				r.r.Discard(1)
				cell = append(cell, '"')
			} else {
				quoted = false
			}
		case quoted:
			cell = append(cell, c)
		case c == '"' && !started:
			quoted, started, any = true, true, true
		case c == '\t':
			cells = append(cells, string(cell))
			cell, started, any = cell[:0], false, true
		case c == '\n' || c == '\r':
			if next, err := r.r.Peek(1); c == '\r' && err == nil && next[0] == '\n' {
				r.r.Discard(1)
				r.line++
			}
			if any {
				return append(cells, string(cell)), line, nil
			}
			line = r.line
		default:
			cell = append(cell, c)
			started, any = true, true
		}
	}
}
