package answers

import (
	"fmt"
	"strconv"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/internal/pycsv"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// JudgedColumns are the columns of the CSV twin of a pass-rate file.
var JudgedColumns = []string{"query", "available_tools", "model_intermediate_steps", "model_final_step", "model", "query_id", "is_solved"}

// SaveJudgedCSV writes the CSV twin of a pass-rate file: tab separated, CRLF, one
// row per answer of the named model. Entries that no language model judged get
// one more column, judge.
func SaveJudgedCSV(path, model string, list []Judged) error {
	if err := renameio.WriteFile(path, JudgedCSV(model, list), 0o644); err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	return nil
}

// JudgedCSV is the text that SaveJudgedCSV writes.
func JudgedCSV(model string, list []Judged) []byte {
	head := JudgedColumns
	label := false
	for i := range list {
		label = label || list[i].Judge != ""
	}
	if label {
		head = append(head[:len(head):len(head)], "judge")
	}
	b := AppendTabRow(nil, head...)
	for i := range list {
		j := &list[i]
		solved := make(pyliteral.Dict, len(j.IsSolved))
		for k, v := range j.IsSolved {
			var key any = strconv.Itoa(v.Repeat)
			if v.Fresh {
				key = int64(v.Repeat)
			}
			solved[k] = pyliteral.Item{Key: key, Value: string(v.Status)}
		}
		row := []string{j.Query, pyliteral.Repr(listOf(j.ToolNames)), j.Steps, j.FinalStep, model, j.ID, pyliteral.Repr(solved)}
		if label {
			row = append(row, j.Judge)
		}
		b = AppendTabRow(b, row...)
	}
	return b
}

// AppendTabRow appends a row as Python's csv.writer with a tab as delimiter
// writes it, with CRLF behind it.
func AppendTabRow(b []byte, cells ...string) []byte { return pycsv.AppendRow(b, "\r\n", cells...) }
