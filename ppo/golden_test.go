package ppo_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/ppo"
)

// goldenCase is one case of a file of the golden data "rl"; the fields differ
// between files and are read when they are needed.
type goldenCase struct {
	Name     string
	Params   map[string]any
	Rows     goldenRows
	Row      goldenRow
	Expected json.RawMessage
	All      map[string]json.RawMessage `json:"-"`
}

// goldenRows are rows of fields; where a file has plain lists there, they are
// left to the test.
type goldenRows []goldenRow

func (r *goldenRows) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(bytes.TrimLeft(b, "[ \n"), []byte("{")) {
		return json.Unmarshal(b, (*[]goldenRow)(r))
	}
	return nil
}

type goldenRow struct {
	Mask       []int
	Turn       []int32
	Value      []float64
	TaskReward []float64 `json:"task_reward"`
	KLReward   []float64 `json:"kl_reward"`
	Reward     []float64
	Bootstrap  float64

	Old, Logp, Advantage, Rollout, Ref []float64
	OldValue                           []float64 `json:"old_value"`
	Return                             []float64
	Loss, Scores                       []float64
}

func (r goldenRow) row() *ppo.Row {
	row := ppo.NewRow(r.Turn)
	copy(row.Value, r.Value)
	copy(row.Task, r.TaskReward)
	copy(row.KL, r.KLReward)
	row.Bootstrap = r.Bootstrap
	return row
}

func readCases(t *testing.T, file string) []goldenCase {
	t.Helper()
	path := filepath.Join(golden.Dir(t), "rl", file)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no golden file %s", path)
	}
	var doc struct{ Cases []json.RawMessage }
	golden.JSON(t, path, &doc)
	if len(doc.Cases) == 0 {
		t.Fatalf("%s has no cases", path)
	}
	cases := make([]goldenCase, len(doc.Cases))
	for i, raw := range doc.Cases {
		if err := json.Unmarshal(raw, &cases[i]); err != nil {
			t.Fatalf("%s case %d: %v", path, i, err)
		}
		if err := json.Unmarshal(raw, &cases[i].All); err != nil {
			t.Fatal(err)
		}
	}
	return cases
}

func (c goldenCase) number(name string) float64 {
	x, _ := c.Params[name].(float64) // null reads as 0, which switches a setting off
	return x
}

func (c goldenCase) expect(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(c.Expected, v); err != nil {
		t.Fatalf("%s: expected: %v", c.Name, err)
	}
}

// near compares to 1e-12 relative to max(1, |want|).
func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= 1e-12*max(1, math.Abs(want[i]))) {
			t.Errorf("%s[%d] = %.17g, want %.17g", what, i, got[i], want[i])
		}
	}
}

func near1(t *testing.T, what string, got, want float64) {
	t.Helper()
	near(t, what, []float64{got}, []float64{want})
}

// compact keeps the numbers of sampled tokens, row after row.
func compact(rows []goldenRow, f func(goldenRow) []float64) []float64 {
	var out []float64
	for _, r := range rows {
		x := f(r)
		for t, m := range r.Mask {
			if m != 0 {
				out = append(out, x[t])
			}
		}
	}
	return out
}

func compactTurns(rows []goldenRow) [][]int32 {
	out := make([][]int32, len(rows))
	for i, r := range rows {
		for t, m := range r.Mask {
			if m != 0 {
				out[i] = append(out[i], r.Turn[t])
			}
		}
	}
	return out
}

// compactLists does the same to expected lists of lists.
func compactLists(rows []goldenRow, lists [][]float64) []float64 {
	i := -1
	return compact(rows, func(goldenRow) []float64 { i++; return lists[i] })
}
