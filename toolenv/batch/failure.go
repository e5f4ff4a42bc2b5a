package batch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Failure is a job without an output: a line of failures.jsonl.
type Failure struct {
	Task   string `json:"task"`
	Subset string `json:"subset,omitempty"`
	Sample int    `json:"sample"`
	Kind   Kind   `json:"kind"`
	Error  string `json:"error"`
}

// Kind says in a word why a job has no output.
type Kind string

// The kinds.
const (
	KindSkipped  Kind = "skipped"  // the tool folder lacks a tool of the task; not counted as failed
	KindCrash    Kind = "crash"    // the release would have ended here
	KindMissing  Kind = "missing"  // a replay without the record of a call
	KindModel    Kind = "model"    // no answer, and the model could not be reached for a turn, as when its server is down
	KindWrite    Kind = "write"    // the output cannot be written
	KindInternal Kind = "internal" // a defect of this program
	KindOther    Kind = "other"
)

// writeError is the failure to write an output.
type writeError struct{ err error }

func (e *writeError) Error() string { return e.err.Error() }
func (e *writeError) Unwrap() error { return e.err }

// panicError is a panic in a job.
type panicError struct{ value any }

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

func failureOf(j Job, err error) Failure {
	f := Failure{Task: j.Query.ID, Subset: j.Query.Subset, Sample: j.Sample, Kind: KindOther, Error: err.Error()}
	var crash *toolbench.Crash
	var write *writeError
	var panicked *panicError
	var down *search.DownError
	switch {
	case errors.As(err, &crash):
		f.Kind = KindCrash
	case errors.As(err, &down):
		f.Kind = KindModel
	case errors.As(err, &write):
		f.Kind = KindWrite
	case errors.As(err, &panicked):
		f.Kind = KindInternal
	case service.FaultOf(err) == service.Missing:
		f.Kind = KindMissing
	}
	return f
}

func writeFailures(dir string, list []Failure) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, f := range list {
		if err := e.Encode(f); err != nil {
			return err
		}
	}
	return renameio.WriteFile(filepath.Join(dir, "failures.jsonl"), b.Bytes(), 0o644)
}
