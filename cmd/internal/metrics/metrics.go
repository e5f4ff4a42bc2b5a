package metrics

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/tfevents"
)

// A Record is one line: a stage, a step of it, and named figures in the order
// in which they were added.
type Record struct {
	Stage  string
	Step   int
	fields []field
}

type field struct {
	name  string
	value any
}

// New begins a record.
func New(stage string, step int) *Record { return &Record{Stage: stage, Step: step} }

// Num adds a number. JSON has no NaN and no infinity: both are written null.
func (r *Record) Num(name string, v float64) *Record { return r.add(name, v) }

// Int adds a count.
func (r *Record) Int(name string, v int) *Record { return r.add(name, v) }

// Text adds a word.
func (r *Record) Text(name, v string) *Record { return r.add(name, v) }

func (r *Record) add(name string, v any) *Record {
	for _, f := range r.fields {
		if f.name == name {
			panic(fmt.Sprintf("metrics: Record: field %q is given twice", name))
		}
	}
	r.fields = append(r.fields, field{name, v})
	return r
}

// OfClock reports whether a field depends on the clock.
func OfClock(name string) bool {
	return name == "time" || name == "seconds" || strings.HasSuffix(name, "_per_second")
}

// Writer writes records. It is not safe for concurrent use.
type Writer struct {
	lines  io.Writer
	events *tfevents.Writer
	now    func() time.Time
	begun  time.Time
}

// NewWriter writes lines to one stream and TensorBoard events, which may be
// nil, to another. Seconds are counted from begun.
func NewWriter(lines io.Writer, events *tfevents.Writer, begun time.Time) *Writer {
	return &Writer{lines, events, time.Now, begun}
}

// Write adds time (of the day, Unix seconds) and seconds (of the run) to the
// record and writes it.
func (w *Writer) Write(r *Record) error {
	now := w.now()
	line := []byte("{")
	put := func(name string, v any) {
		if len(line) > 1 {
			line = append(line, ',')
		}
		if x, ok := v.(float64); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
			v = nil
		}
		key, _ := json.Marshal(name)
		value, err := json.Marshal(v)
		if err != nil {
			panic(err) // numbers and text only
		}
		line = append(append(append(line, key...), ':'), value...)
	}
	put("stage", r.Stage)
	put("step", r.Step)
	var scalars []tfevents.Scalar
	for _, f := range r.fields {
		put(f.name, f.value)
		switch v := f.value.(type) {
		case float64:
			scalars = append(scalars, tfevents.Scalar{Tag: r.Stage + "/" + f.name, Value: v})
		case int:
			scalars = append(scalars, tfevents.Scalar{Tag: r.Stage + "/" + f.name, Value: float64(v)})
		case bool:
			x := tfevents.Scalar{Tag: r.Stage + "/" + f.name}
			if v {
				x.Value = 1
			}
			scalars = append(scalars, x)
		}
	}
	put("seconds", math.Round(now.Sub(w.begun).Seconds()*1e3)/1e3)
	put("time", float64(now.UnixMilli())/1e3)
	if _, err := w.lines.Write(append(line, '}', '\n')); err != nil {
		return err
	}
	if w.events == nil || len(scalars) == 0 {
		return nil
	}
	return w.events.Scalars(now, int64(r.Step), scalars)
}
