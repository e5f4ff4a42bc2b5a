package search_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// recordedTask is a file of inference/: a task with its tool files and the runs
// over it that the release made.
type recordedTask struct {
	query  *toolbench.Query
	folder *toolbench.Folder
	runs   []pyliteral.Dict
}

// recordedTasks reads all files.
func recordedTasks(t testing.TB) (tasks []recordedTask) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(golden.Kind(t, "toolbench"), "inference", "*.jsonl.gz"))
	if err != nil || len(files) == 0 {
		t.Skip("no recorded inference in the golden data")
	}
	for _, path := range files {
		var task recordedTask
		for i, row := range rows(t, path) {
			if i > 0 {
				task.runs = append(task.runs, row)
				continue
			}
			task.query, task.folder = files2task(t, row)
		}
		tasks = append(tasks, task)
	}
	return tasks
}

// files2task writes the query and the tool files of a task and reads them back
// as a user's.
func files2task(t testing.TB, row pyliteral.Dict) (*toolbench.Query, *toolbench.Folder) {
	t.Helper()
	dir := t.TempDir()
	write := func(path string, v any) {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(pyliteral.Dumps(v, pyliteral.JSONStyle{})), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, it := range get(row, "tools").(pyliteral.Dict) {
		write("tools/"+it.Key.(string), it.Value)
	}
	write("queries.json", pyliteral.List{get(row, "query")})
	queries, err := toolbench.LoadQueries(filepath.Join(dir, "queries.json"))
	if err != nil {
		t.Fatal(err)
	}
	folder, err := toolbench.OpenFolder(filepath.Join(dir, "tools"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	return &queries[0], folder
}

func rows(t testing.TB, path string) (out []pyliteral.Dict) {
	t.Helper()
	for _, line := range golden.Lines(t, path) {
		v, err := pyliteral.FromJSON(line)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, v.(pyliteral.Dict))
	}
	return out
}

// get goes down a path of keys.
func get(v any, keys ...string) any {
	for _, k := range keys {
		d, _ := v.(pyliteral.Dict)
		v, _ = d.Get(k)
	}
	return v
}

func text(v any, keys ...string) string { s, _ := get(v, keys...).(string); return s }

func number(v any, keys ...string) int { n, _ := get(v, keys...).(int64); return int(n) }

// replay is a server for models and tools that answers the k-th request as the
// k-th recorded exchange of a run. All that happens is compared with the
// recording, in order.
type replay struct {
	*httptest.Server
	mu       sync.Mutex
	expected []pyliteral.Dict
	wrong    string // the first difference
}

func newReplay(t testing.TB, exchanges pyliteral.List) *replay {
	r := &replay{}
	for _, e := range exchanges {
		r.expected = append(r.expected, e.(pyliteral.Dict))
	}
	r.Server = httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(r.Close)
	return r
}

// event takes the next exchange, which must be of this type and pass the test.
func (r *replay) event(kind string, same func(e pyliteral.Dict) string) pyliteral.Dict {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.wrong != "" {
		return nil
	}
	if len(r.expected) == 0 {
		r.wrong = "a " + kind + " that the release does not have"
		return nil
	}
	e := r.expected[0]
	if k := text(e, "type"); k != kind {
		r.wrong = fmt.Sprintf("%s, where the release has %s, with %d events to come", kind, k, len(r.expected))
		return nil
	}
	if r.wrong = same(e); r.wrong != "" {
		return nil
	}
	r.expected = r.expected[1:]
	return e
}

func (r *replay) rest() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.wrong == "" && len(r.expected) > 0 {
		return fmt.Sprintf("%d events of the release are missing", len(r.expected))
	}
	return r.wrong
}

func (r *replay) serve(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return
	}
	kind := "tool"
	if strings.HasPrefix(q.URL.Path, "/v1/") {
		kind = "model"
	}
	e := r.event(kind, func(e pyliteral.Dict) string { return differs(e, q, body) })
	if e == nil {
		http.Error(w, "not recorded", http.StatusTeapot)
		return
	}
	if get(e, "response", "timeout") == true {
		time.Sleep(4 * toolTimeout)
		return
	}
	answer, contentType := text(e, "response", "text"), "application/json"
	if v := get(e, "response", "body"); v != nil {
		answer = pyliteral.Dumps(v, pyliteral.JSONStyle{})
	}
	if kind == "tool" {
		contentType = text(e, "response", "content_type")
	}
	if contentType != "" {
		w.Header().Set("Content-Type", contentType)
	}
	w.WriteHeader(number(e, "response", "status"))
	io.WriteString(w, answer)
}

// differs says how a request differs from the recorded one: "" if it does not.
// Prompts are compared byte for byte, bodies as JSON.
func differs(e pyliteral.Dict, q *http.Request, body []byte) string {
	if want := text(e, "request", "path"); q.URL.Path != want {
		return fmt.Sprintf("path %s, want %s", q.URL.Path, want)
	}
	var got, want any
	recorded := []byte(pyliteral.Dumps(get(e, "request", "body"), pyliteral.JSONStyle{ASCII: true}))
	if err := json.Unmarshal(body, &got); err != nil {
		return err.Error()
	}
	if err := json.Unmarshal(recorded, &want); err != nil {
		return err.Error()
	}
	v, err := pyliteral.FromJSON(string(body))
	if err != nil {
		return err.Error()
	}
	if g, w := text(v, "prompt"), text(e, "request", "body", "prompt"); g != w {
		i := 0
		for i < len(g) && i < len(w) && g[i] == w[i] {
			i++
		}
		return fmt.Sprintf("the prompt from byte %d\n%.300q\nwant\n%.300q", i, g[max(0, i-60):], w[max(0, i-60):])
	}
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w { // maps print in the order of their keys
		return fmt.Sprintf("body\n%s\nwant\n%s", g, w)
	}
	if key := get(e, "request", "headers", "toolbench_key"); key != nil && q.Header.Get("toolbench_key") != key {
		return fmt.Sprintf("header toolbench_key %q, want %q", q.Header.Get("toolbench_key"), key)
	}
	return ""
}

// toolTimeout is the deadline of a tool call in a replay.
const toolTimeout = 100 * time.Millisecond
