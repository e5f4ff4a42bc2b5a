package answers

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Judged is one entry of a pass-rate file: an answer and what a judge said about
// it, once or several times (StableToolBench's pass_rate_results).
type Judged struct {
	ID        string // of the query
	Query     string
	ToolNames []string
	Steps     string // "Step 1: {…}\nStep 2: {…}", Finish included
	FinalStep string // "Final step: {…}", or empty
	IsSolved  []Verdict
	Length    int // tool calls, Finish included
	// Judge names what judged when it was no language model ("rules"); empty
	// otherwise. Not in released files.
	Judge string
	// Failures are repeats without a verdict, and why. Not in released files.
	Failures []Failure
	// Extra are further fields of the entry, kept as they were read.
	Extra pyliteral.Dict
}

// Verdict is one repeat of the judgement.
type Verdict struct {
	Repeat int
	Status steptool.SolvedStatus
	// Fresh tells a verdict of this run from one that was read from a file. Only
	// the CSV shows it: the release prints fresh repeats as numbers, read ones as
	// texts.
	Fresh bool
}

// Failure is a repeat that could not be judged.
type Failure struct {
	Repeat int
	Reason string
}

// Status returns the verdict of a repeat.
func (j *Judged) Status(repeat int) (steptool.SolvedStatus, bool) {
	for _, v := range j.IsSolved {
		if v.Repeat == repeat {
			return v.Status, true
		}
	}
	return "", false
}

// Score is 1 for solved, 1/2 for unsure, 0 for unsolved, and 0 for a repeat that
// is missing.
func (j *Judged) Score(repeat int) float64 {
	s, _ := j.Status(repeat)
	return s.Value()
}

// LoadJudged reads a pass-rate file in its order. Errors name file and query.
func LoadJudged(path string) ([]Judged, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	out, err := ParseJudged(string(data))
	if err != nil {
		return nil, fmt.Errorf("answers: %s: %w", path, err)
	}
	return out, nil
}

// ParseJudged reads the text of a pass-rate file.
func ParseJudged(text string) ([]Judged, error) {
	v, err := pyliteral.FromJSON(text)
	if err != nil {
		return nil, err
	}
	file, ok := v.(pyliteral.Dict)
	if !ok {
		return nil, fmt.Errorf("expected an object of judged answers by query id, found %.40s", pyliteral.Repr(v))
	}
	out := make([]Judged, len(file))
	for i, it := range file {
		id := it.Key.(string)
		entry, ok := it.Value.(pyliteral.Dict)
		if !ok {
			return nil, fmt.Errorf("query %s: expected an object, found %.40s", id, pyliteral.Repr(it.Value))
		}
		if out[i], err = parseJudged(id, entry); err != nil {
			return nil, fmt.Errorf("query %s: %w", id, err)
		}
	}
	return out, nil
}

func parseJudged(id string, entry pyliteral.Dict) (Judged, error) {
	j := Judged{ID: id, Length: -1}
	for _, it := range entry {
		ok := true
		switch it.Key {
		case "query":
			j.Query, ok = it.Value.(string)
		case "tool_names":
			j.ToolNames, ok = pyliteral.Texts(it.Value)
		case "answer_steps":
			if j.Steps, ok = it.Value.(string); !ok { // annotations have a list
				var list []string
				list, ok = pyliteral.Texts(it.Value)
				j.Steps = strings.Join(list, "\n")
			}
		case "final_step":
			j.FinalStep, ok = it.Value.(string)
		case "length":
			var n int64
			n, ok = it.Value.(int64)
			j.Length = int(n)
		case "judge":
			j.Judge, ok = it.Value.(string)
		case "is_solved":
			err := repeats(it.Value, func(n int, text string) error {
				s := steptool.SolvedStatus(text)
				if s != steptool.Solved && s != steptool.Unsure && s != steptool.Unsolved {
					return fmt.Errorf("repeat %d is %q, not AnswerStatus.Solved, .Unsure or .Unsolved", n, text)
				}
				j.IsSolved = append(j.IsSolved, Verdict{Repeat: n, Status: s})
				return nil
			})
			if err != nil {
				return j, fmt.Errorf("is_solved: %w", err)
			}
		case "failures":
			err := repeats(it.Value, func(n int, text string) error {
				j.Failures = append(j.Failures, Failure{n, text})
				return nil
			})
			if err != nil {
				return j, fmt.Errorf("failures: %w", err)
			}
		default:
			j.Extra = append(j.Extra, it)
		}
		if !ok {
			return j, fmt.Errorf("%v: unexpected value %.60s", it.Key, pyliteral.Repr(it.Value))
		}
	}
	if j.Length < 0 { // older files have none; a step is a line
		j.Length = 0
		if j.Steps != "" {
			j.Length = 1 + strings.Count(j.Steps, "\n")
		}
	}
	return j, nil
}

// repeats calls each for the entries of {"0": text, "1": text}.
func repeats(v any, each func(n int, text string) error) error {
	d, ok := v.(pyliteral.Dict)
	if !ok {
		return fmt.Errorf("expected an object by repeat, found %.60s", pyliteral.Repr(v))
	}
	for _, it := range d {
		n, err := strconv.Atoi(it.Key.(string))
		if err != nil || n < 0 {
			return fmt.Errorf("repeat %q is not a number", it.Key)
		}
		text, ok := it.Value.(string)
		if !ok {
			return fmt.Errorf("repeat %d: expected text, found %.60s", n, pyliteral.Repr(it.Value))
		}
		if err := each(n, text); err != nil {
			return err
		}
	}
	return nil
}

// SaveJudged writes a pass-rate file as the release does (json.dump, four spaces,
// UTF-8). The file is complete or absent.
func SaveJudged(path string, list []Judged) error {
	if err := renameio.WriteFile(path, []byte(JudgedText(list)), 0o644); err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	return nil
}

// JudgedText is the text that SaveJudged writes.
func JudgedText(list []Judged) string {
	file := make(pyliteral.Dict, len(list))
	for i := range list {
		file[i] = pyliteral.Item{Key: list[i].ID, Value: list[i].value()}
	}
	return pyliteral.Dumps(file, pyliteral.JSONStyle{Indent: "    "})
}

func (j *Judged) value() pyliteral.Dict {
	solved := make(pyliteral.Dict, len(j.IsSolved))
	for i, v := range j.IsSolved {
		solved[i] = pyliteral.Item{Key: strconv.Itoa(v.Repeat), Value: string(v.Status)}
	}
	d := pyliteral.Dict{
		{Key: "query", Value: j.Query},
		{Key: "tool_names", Value: listOf(j.ToolNames)},
		{Key: "answer_steps", Value: j.Steps},
		{Key: "final_step", Value: j.FinalStep},
		{Key: "is_solved", Value: solved},
		{Key: "length", Value: int64(j.Length)},
	}
	if j.Judge != "" {
		d = append(d, pyliteral.Item{Key: "judge", Value: j.Judge})
	}
	if len(j.Failures) > 0 {
		failed := make(pyliteral.Dict, len(j.Failures))
		for i, f := range j.Failures {
			failed[i] = pyliteral.Item{Key: strconv.Itoa(f.Repeat), Value: f.Reason}
		}
		d = append(d, pyliteral.Item{Key: "failures", Value: failed})
	}
	return append(d, j.Extra...)
}

func listOf(texts []string) pyliteral.List {
	out := make(pyliteral.List, len(texts))
	for i, s := range texts {
		out[i] = s
	}
	return out
}
