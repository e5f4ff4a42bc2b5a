package steptool

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// SaveAnnotations writes annotations as the release does: one object by query
// id, indented by four spaces, characters outside of ASCII as they are. The file
// is complete or absent. Nothing is checked: see [Annotation.Validate].
func SaveAnnotations(path string, list []Annotation) error {
	f, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o644))
	if err != nil {
		return fmt.Errorf("steptool: %w", err)
	}
	defer f.Cleanup()
	if err := WriteAnnotations(f, list); err != nil {
		return err
	}
	if err := f.CloseAtomicallyReplace(); err != nil {
		return fmt.Errorf("steptool: %w", err)
	}
	return nil
}

// WriteAnnotations writes such a text to w.
func WriteAnnotations(w io.Writer, list []Annotation) error {
	d := make(pyliteral.Dict, len(list))
	for i := range list {
		d[i] = pyliteral.Item{Key: list[i].ID, Value: list[i].Value()}
	}
	if _, err := io.WriteString(w, pyliteral.Dumps(d, pyliteral.JSONStyle{Indent: "    "})); err != nil {
		return fmt.Errorf("steptool: %w", err)
	}
	return nil
}

// Value is the annotation as it stands in the file, below its id.
func (a *Annotation) Value() pyliteral.Dict {
	process, solved := pyliteral.Dict{}, pyliteral.Dict{}
	for _, j := range a.Repeats {
		key := strconv.Itoa(j.Repeat)
		entry := j.Raw
		if entry == nil {
			entry = pyliteral.Dict{{Key: scoreFields[0], Value: scoreList(j.Succeeded)}, {Key: scoreFields[1], Value: scoreList(j.Contributions)}}
		}
		process = append(process, pyliteral.Item{Key: key, Value: entry})
		solved = append(solved, pyliteral.Item{Key: key, Value: string(j.Status)})
	}
	return append(pyliteral.Dict{
		{Key: "query", Value: a.Query},
		{Key: "tool_names", Value: stringList(a.ToolNames)},
		{Key: "answer_steps", Value: stringList(a.Steps)},
		{Key: "process_reward", Value: process},
		{Key: "final_step", Value: a.FinalStep},
		{Key: "is_solved", Value: solved},
	}, a.Extra...)
}

// scoreList writes whole scores without a point.
func scoreList(values []float64) pyliteral.List {
	out := make(pyliteral.List, len(values))
	for i, x := range values {
		out[i] = x
		if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			out[i] = int64(x)
		}
	}
	return out
}

func stringList(list []string) pyliteral.List {
	out := make(pyliteral.List, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
