package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/stepgrain/stepgrain/internal/jsonerr"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// OpenScript reads a script file: JSON objects, one a line, in any order.
//
//	{"task": "588", "turns": ["Thought: …\nAction: …\nAction Input: {…}",
//	                          {"content": "…", "calls": [{"name": "Finish", "arguments": {…}}]}]}
//	{"task": "588", "sample": 1, "turns": […]}
//
// A turn is the text of a model that completes text, or the content and the calls
// of one that calls tools; arguments are an object or a text. Lines without a
// sample serve all samples of the task that have none of their own. Several lines
// of the same task and sample follow each other.
func OpenScript(path string) (*Script, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := ReadScript(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// ReadScript reads a script; see [OpenScript].
func ReadScript(r io.Reader) (*Script, error) {
	s := NewScript()
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	for n := 1; ; n++ {
		var line struct {
			Task   *string           `json:"task"`
			Sample *int              `json:"sample"`
			Turns  []json.RawMessage `json:"turns"`
		}
		err := dec.Decode(&line)
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return nil, fmt.Errorf("script entry %d: %w", n, jsonerr.Explain(err))
		}
		switch {
		case line.Task == nil:
			return nil, fmt.Errorf("script entry %d has no task", n)
		case line.Turns == nil:
			return nil, fmt.Errorf("script entry %d (task %s) has no turns", n, *line.Task)
		case line.Sample != nil && *line.Sample < 0:
			return nil, fmt.Errorf("script entry %d (task %s): sample %d is negative", n, *line.Task, *line.Sample)
		}
		sample := anySample
		if line.Sample != nil {
			sample = *line.Sample
		}
		s.Add(*line.Task, sample) // a task may have no turns at all
		for i, raw := range line.Turns {
			t, err := readTurn(raw)
			if err != nil {
				return nil, fmt.Errorf("script entry %d (task %s), turn %d: %w", n, *line.Task, i, err)
			}
			s.Add(*line.Task, sample, t)
		}
	}
}

func readTurn(raw json.RawMessage) (Turn, error) {
	if raw[0] == '"' {
		var t Turn
		return t, jsonerr.Explain(json.Unmarshal(raw, &t.Text))
	}
	var v struct {
		Content string `json:"content"`
		Calls   []struct {
			ID        string          `json:"id"`
			Name      string          `json:"name"`
			Arguments json.RawMessage `json:"arguments"`
		} `json:"calls"`
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		return Turn{}, fmt.Errorf("want a text, or an object with content and calls: %w", jsonerr.Explain(err))
	}
	t := Turn{Text: v.Content, Parsed: true}
	for _, c := range v.Calls {
		call := search.Call{ID: c.ID, Name: c.Name, Arguments: string(c.Arguments)}
		if len(c.Arguments) > 0 && c.Arguments[0] == '"' {
			if err := json.Unmarshal(c.Arguments, &call.Arguments); err != nil {
				return Turn{}, jsonerr.Explain(err)
			}
		}
		t.Calls = append(t.Calls, call)
	}
	return t, nil
}
