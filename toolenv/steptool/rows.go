package steptool

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pycsv"
)

// Row is one stored trajectory; the three lists are equally long.
type Row struct {
	Prompts   []string
	Responses []string
	Rewards   []float64
	// LogProbs are those of the policy that played, per response a list with one
	// number a token (the end of the turn included); nil: the file has none.
	LogProbs [][]float64
}

// columns of the file, which is tab separated. Every cell is a Python list. The
// release has the first three; the last is ours and may be absent.
var columns = []string{"prompt", "response", "reward", "logprobs"}

const optional = 3 // the first column that may be absent

// Load reads a file of trajectories. Errors name file, row and column.
func Load(path string) ([]Row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("steptool: %w", err)
	}
	defer f.Close()
	return Read(path, f)
}

// Read is Load from a reader; name stands in errors.
func Read(name string, r io.Reader) ([]Row, error) {
	var rows []Row
	for row, err := range Each(name, r) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("steptool: %s holds no rows", name)
	}
	return rows, nil
}

// Each goes through trajectories one at a time, for files that are larger than
// memory; name stands in errors, after which nothing follows.
func Each(name string, r io.Reader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		fail := func(format string, args ...any) {
			yield(Row{}, fmt.Errorf("steptool: %s: %w", name, fmt.Errorf(format, args...)))
		}
		c := pycsv.NewReader(r)
		head, _, err := c.Read()
		if errors.Is(err, io.EOF) {
			yield(Row{}, fmt.Errorf("steptool: %s is empty: the first line has to name the columns %s", name, strings.Join(columns[:optional], ", ")))
			return
		}
		var at [4]int
		if err == nil {
			at, err = findColumns(head)
		}
		if err != nil {
			fail("%w", err)
			return
		}
		for n := 1; ; n++ {
			cells, line, err := c.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				fail("row %d: %w", n, err)
				return
			}
			row, err := rowOf(cells, len(head), at)
			if err != nil {
				fail("row %d (line %d): %w", n, line, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// rowOf reads the cells of a line whose columns stand at the given places.
func rowOf(cells []string, width int, at [4]int) (Row, error) {
	if len(cells) != width {
		return Row{}, fmt.Errorf("%d cells, the first line has %d (are they separated by tabs?)", len(cells), width)
	}
	row, err := parseRow(cells[at[0]], cells[at[1]], cells[at[2]])
	if err == nil && at[3] >= 0 {
		row.LogProbs, err = parseLogProbs(cells[at[3]], len(row.Responses))
	}
	return row, err
}
