package steptool

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
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
	c := csv.NewReader(r)
	c.Comma = '\t'
	c.LazyQuotes = true // a cell without quotes around it may hold quotes
	c.FieldsPerRecord = -1
	head, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("steptool: %s is empty: the first line has to name the columns %s", name, strings.Join(columns[:optional], ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("steptool: %s: %w", name, err)
	}
	at, err := findColumns(head)
	if err != nil {
		return nil, fmt.Errorf("steptool: %s: %w", name, err)
	}
	var rows []Row
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("steptool: %s: row %d: %w", name, len(rows)+1, err)
		}
		line, _ := c.FieldPos(0)
		where := fmt.Sprintf("steptool: %s: row %d (line %d)", name, len(rows)+1, line)
		if len(cells) != len(head) {
			return nil, fmt.Errorf("%s: %d cells, the first line has %d (are they separated by tabs?)", where, len(cells), len(head))
		}
		row, err := parseRow(cells[at[0]], cells[at[1]], cells[at[2]])
		if err == nil && at[3] >= 0 {
			row.LogProbs, err = parseLogProbs(cells[at[3]], len(row.Responses))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", where, err)
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("steptool: %s holds no rows", name)
	}
	return rows, nil
}

// findColumns returns where the columns stand, −1 for one that may be absent;
// others are ignored.
func findColumns(head []string) (at [4]int, err error) {
	head[0] = strings.TrimPrefix(head[0], "\uFEFF")
	for i, want := range columns {
		at[i] = -1
		for j, h := range head {
			if strings.TrimSpace(h) == want {
				at[i] = j
			}
		}
		if at[i] < 0 && i < optional {
			return at, fmt.Errorf("no column %q in the first line %.80q (tab separated: %s)",
				want, strings.Join(head, "\t"), strings.Join(columns[:optional], ", "))
		}
	}
	return at, nil
}

func parseRow(prompt, response, reward string) (row Row, err error) {
	if row.Prompts, err = parseTexts(prompt); err != nil {
		return row, fmt.Errorf("column prompt: %w", err)
	}
	if row.Responses, err = parseTexts(response); err != nil {
		return row, fmt.Errorf("column response: %w", err)
	}
	if row.Rewards, err = parseNumbers(reward); err != nil {
		return row, fmt.Errorf("column reward: %w", err)
	}
	if p, a, r := len(row.Prompts), len(row.Responses), len(row.Rewards); p != a || p != r || p == 0 {
		return row, fmt.Errorf("%d prompts, %d responses, %d rewards: have to be equally many, and at least one", p, a, r)
	}
	return row, nil
}

func parseList(cell string) (pyliteral.List, error) {
	v, err := pyliteral.Parse(cell)
	if err != nil {
		return nil, fmt.Errorf("not a Python list: %w", err)
	}
	list, ok := v.(pyliteral.List)
	if !ok {
		return nil, fmt.Errorf("not a Python list: %.40s", cell)
	}
	return list, nil
}

func parseTexts(cell string) ([]string, error) {
	list, err := parseList(cell)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(list))
	for i, v := range list {
		s, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("element %d is %.40s, not a string", i, pyliteral.Repr(v))
		}
		out[i] = s
	}
	return out, nil
}

// parseLogProbs reads a list of n lists of numbers.
func parseLogProbs(cell string, n int) ([][]float64, error) {
	list, err := parseList(cell)
	if err != nil {
		return nil, fmt.Errorf("column logprobs: %w", err)
	}
	if len(list) != n {
		return nil, fmt.Errorf("column logprobs: %d lists for %d responses", len(list), n)
	}
	out := make([][]float64, n)
	for i, v := range list {
		inner, ok := v.(pyliteral.List)
		if !ok {
			return nil, fmt.Errorf("column logprobs: element %d is %.40s, not a list of numbers", i, pyliteral.Repr(v))
		}
		if out[i], err = numbers(inner); err != nil {
			return nil, fmt.Errorf("column logprobs: response %d: %w", i, err)
		}
		for k, x := range out[i] {
			if !(x <= 0) {
				return nil, fmt.Errorf("column logprobs: response %d: element %d is %g: a log-probability is at most 0", i, k, x)
			}
		}
	}
	return out, nil
}

func parseNumbers(cell string) ([]float64, error) {
	list, err := parseList(cell)
	if err != nil {
		return nil, err
	}
	return numbers(list)
}

func numbers(list pyliteral.List) ([]float64, error) {
	out := make([]float64, len(list))
	for i, v := range list {
		switch v := v.(type) {
		case float64:
			out[i] = v
		case int64:
			out[i] = float64(v)
		default:
			return nil, fmt.Errorf("element %d is %.40s, not a number", i, pyliteral.Repr(v))
		}
		if math.IsInf(out[i], 0) {
			return nil, fmt.Errorf("element %d is infinite", i)
		}
	}
	return out, nil
}

// Save writes rows as the release does: tab separated, each cell the repr of a
// Python list. The file is complete or absent.
func Save(path string, rows []Row) error {
	var b bytes.Buffer
	if err := Write(&b, rows); err != nil {
		return err
	}
	if err := renameio.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("steptool: %w", err)
	}
	return nil
}

// Write writes rows to w.
func Write(w io.Writer, rows []Row) error {
	c := csv.NewWriter(w)
	c.Comma = '\t'
	width := optional
	for _, r := range rows {
		if r.LogProbs != nil {
			width = len(columns)
		}
	}
	c.Write(columns[:width]) // errors surface at Flush
	for i, r := range rows {
		if len(r.Prompts) != len(r.Responses) || len(r.Prompts) != len(r.Rewards) {
			return fmt.Errorf("steptool: Write: row %d: %d prompts, %d responses, %d rewards: have to be equally many",
				i+1, len(r.Prompts), len(r.Responses), len(r.Rewards))
		}
		cells := []string{repr(r.Prompts), repr(r.Responses), repr(r.Rewards)}
		if width > optional {
			if len(r.LogProbs) != len(r.Responses) {
				return fmt.Errorf("steptool: Write: row %d: %d lists of log-probabilities for %d responses: all rows have to have them, or none", i+1, len(r.LogProbs), len(r.Responses))
			}
			lists := make([]pyliteral.List, len(r.LogProbs))
			for k, x := range r.LogProbs {
				for _, v := range x {
					lists[k] = append(lists[k], v)
				}
			}
			cells = append(cells, repr(lists))
		}
		c.Write(cells)
	}
	c.Flush()
	if err := c.Error(); err != nil {
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
