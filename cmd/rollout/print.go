package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/batch"
)

// watch sees the jobs that are done. On a terminal it shows how far a run is; what
// is lasting stands in the summary.
type watch struct {
	task         *progress.Task // nil: no terminal
	forget       func(task string)
	open         map[string]int // samples of a task that are not done
	samples      int
	done, failed int
}

func newWatch(o *options, stderr io.Writer, jobs int, forget func(string)) *watch {
	w := &watch{forget: forget, samples: o.samples, open: map[string]int{}}
	f, ok := stderr.(*os.File)
	if !ok {
		return w
	}
	if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		w.task = progress.New(f).Begin(o.method.String(), "task", jobs, 0)
	}
	return w
}

// job is told of every job that is done.
func (w *watch) job(j batch.Job, _ bool, err error) {
	w.done++
	if err != nil {
		w.failed++
	}
	if w.task != nil {
		w.task.Update(w.done, "failed %d", w.failed)
	}
	id := j.Query.ID
	if w.open[id]++; w.open[id] == w.samples && w.forget != nil {
		w.forget(id)
	}
}

// report prints the summary.
func report(w io.Writer, o *options, s *batch.Summary) error {
	if o.json {
		b, err := json.Marshal(s)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s\n", b)
		return err
	}
	var b strings.Builder
	row := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-10s %s\n", name, fmt.Sprintf(format, args...))
	}
	row("method", "%s", s.Method)
	row("tasks", "%d of %d have an output, %d failed, %d open, %d skipped", s.Finished, s.Jobs, s.Failed, s.Open, s.Skipped)
	row("results", "%d answered, %d gave up, %d neither", s.Answered, s.GaveUp, s.NoAnswer)
	row("used", "%d calls, %d queries, %d tokens; longest chain %d turns", s.Used.Calls, s.Used.Queries, s.Used.Tokens, s.Used.Turns)
	if s.Limits != (batch.Usage{}) {
		row("budgets", "%s of a task; reached: %s", limits(s.Limits), counts(s.Stopped, nil))
	}
	row("calls", "%s", counts(s.Codes, codeName))
	if len(s.Faults) > 0 {
		row("faults", "%s", counts(s.Faults, nil))
	}
	if len(s.Failures) > 0 {
		row("failed", "%s", counts(s.Failures, nil))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func limits(u batch.Usage) string {
	var out []string
	for _, l := range []struct {
		name string
		n    int
	}{{"turns", u.Turns}, {"calls", u.Calls}, {"queries", u.Queries}, {"tokens", u.Tokens}} {
		if l.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", l.n, l.name))
		}
	}
	return strings.Join(out, ", ")
}

// counts lists a map, by falling number.
func counts[K ~string](m map[K]int, name func(string) string) string {
	if len(m) == 0 {
		return "none"
	}
	keys := slices.Sorted(maps.Keys(m))
	slices.SortStableFunc(keys, func(a, b K) int { return m[b] - m[a] })
	var out []string
	for _, k := range keys {
		text := string(k)
		if name != nil {
			text = name(text)
		}
		out = append(out, fmt.Sprintf("%d %s", m[k], text))
	}
	return strings.Join(out, ", ")
}

// codeName shows a code with its meaning.
func codeName(code string) string {
	var n int
	if _, err := fmt.Sscan(code, &n); err != nil {
		return code
	}
	return fmt.Sprintf("%s (%s)", toolenv.Status(n), code)
}
