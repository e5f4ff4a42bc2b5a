package virtual

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

// readRows reads a file of recorded rows: one JSON value a line.
func readRows(t *testing.T, path string) (rows []pyliteral.Dict) {
	t.Helper()
	for _, line := range golden.Lines(t, path) {
		v, err := pyliteral.FromJSON(line)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, v.(pyliteral.Dict))
	}
	return rows
}

func field[T any](d pyliteral.Dict, key string) T {
	v, _ := d.Get(key)
	x, _ := v.(T)
	return x
}

// script answers the requests of one row in their order, and notes them.
type script struct {
	mu        sync.Mutex
	exchanges pyliteral.List
	asked     []string
}

func (s *script) set(exchanges pyliteral.List) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.exchanges, s.asked = exchanges, nil
}

func (s *script) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	k := len(s.asked)
	if q.URL.Path == "/real" {
		s.asked = append(s.asked, fmt.Sprintf("real %q %s", q.Header.Get(keyHeader), body))
	} else {
		s.asked = append(s.asked, fmt.Sprintf("simulator %s %s", q.URL.Path, body))
	}
	w.Header().Set("Content-Type", "application/json")
	if k >= len(s.exchanges) {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	response := field[pyliteral.Dict](s.exchanges[k].(pyliteral.Dict), "response")
	text, ok := response.Get("text")
	if !ok {
		v, _ := response.Get("body")
		text = pyliteral.Dumps(v, pyliteral.JSONStyle{})
	}
	w.WriteHeader(int(field[int64](response, "status")))
	io.WriteString(w, text.(string))
}

// wanted are the requests of a row in the form in which script notes them.
func wanted(exchanges pyliteral.List) (out []string) {
	for _, x := range exchanges {
		x := x.(pyliteral.Dict)
		request := field[pyliteral.Dict](x, "request")
		body, isText := request.Get("body_text")
		if !isText {
			v, _ := request.Get("body")
			body = pyliteral.Dumps(v, pyliteral.JSONStyle{ASCII: true})
		}
		if field[string](x, "type") == "real" {
			key := field[string](field[pyliteral.Dict](request, "headers"), "toolbench_key")
			out = append(out, fmt.Sprintf("real %q %s", key, body))
		} else {
			out = append(out, fmt.Sprintf("simulator %s %s", field[string](request, "path"), body))
		}
	}
	return out
}

func writeTree(t *testing.T, root string, files pyliteral.Dict) {
	t.Helper()
	for _, it := range files {
		path := filepath.Join(root, filepath.FromSlash(it.Key.(string)))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(it.Value.(string)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func readTree(t *testing.T, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		out[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func asMap(d pyliteral.Dict) map[string]string {
	out := map[string]string{}
	for _, it := range d {
		out[it.Key.(string)] = it.Value.(string)
	}
	return out
}

// replay is a released-form server over the files that a "start" row lists.
type replay struct {
	*httptest.Server
	script *script
	cache  string
}

func startReplay(t *testing.T, start pyliteral.Dict) *replay {
	t.Helper()
	dir := t.TempDir()
	tools, cache := filepath.Join(dir, "tools"), filepath.Join(dir, "cache")
	for _, d := range []string{tools, cache} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	writeTree(t, tools, field[pyliteral.Dict](start, "tools"))
	writeTree(t, cache, field[pyliteral.Dict](start, "cache"))
	script := &script{}
	backend := httptest.NewServer(script)
	t.Cleanup(backend.Close)
	config := field[pyliteral.Dict](start, "config")
	noSleep := func(context.Context, time.Duration) error { return nil }
	client, err := endpoint.New(endpoint.Options{
		BaseURL: backend.URL + "/v1", Key: field[string](config, "api_key"), Model: field[string](config, "model"), Policy: endpoint.OpenAIPython, Sleep: noSleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	folder, err := toolbench.OpenFolder(tools)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	answers, err := store.OpenDir(cache, store.Options{Released: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answers.Close() })
	temperature, _ := config.Get("temperature")
	s, err := NewServer(Options{
		Tools: folder, Store: answers, Simulator: client, Temperature: temperature, Real: backend.URL + "/real", RealKey: field[string](config, "rapidapi_key"),
		Save: field[bool](config, "is_save"), Released: true, Sleep: noSleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &replay{httptest.NewServer(s), script, cache}
	t.Cleanup(r.Close)
	return r
}

// request sends the request of a row and compares what happens.
func (r *replay) request(t *testing.T, row pyliteral.Dict, before map[string]string) {
	t.Helper()
	exchanges := field[pyliteral.List](row, "exchanges")
	r.script.set(exchanges)
	request := field[pyliteral.Dict](row, "request")
	body, ok := request.Get("raw")
	if !ok {
		v, _ := request.Get("body")
		body = pyliteral.Dumps(v, pyliteral.JSONStyle{})
	}
	resp, err := http.Post(r.URL+"/virtual", "application/json", strings.NewReader(body.(string)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(wanted(exchanges), r.script.asked); d != "" {
		t.Errorf("requests to others (-want +got):\n%s", d)
	}
	checkResponse(t, field[pyliteral.Dict](row, "response"), resp, got)
	for path, text := range asMap(field[pyliteral.Dict](row, "cache_changes")) {
		before[path] = text
	}
	if d := cmp.Diff(before, readTree(t, r.cache)); d != "" {
		t.Errorf("stored files (-want +got):\n%s", d)
	}
}

// checkResponse compares an answer; where the release has none (500, 422, its
// end), ours names its code.
func checkResponse(t *testing.T, want pyliteral.Dict, resp *http.Response, got []byte) {
	t.Helper()
	if ct := resp.Header.Get("Content-Type"); ct != "application/json" {
		t.Errorf("content type %q", ct)
	}
	if field[int64](want, "status") == http.StatusOK {
		if text := field[string](want, "text"); resp.StatusCode != http.StatusOK || string(got) != text {
			t.Errorf("answer %d %s\nwant       %s", resp.StatusCode, got, text)
		}
		return
	}
	v, err := pyliteral.FromJSON(string(got))
	if err != nil {
		t.Fatalf("refusal %s: %v", got, err)
	}
	d, _ := v.(pyliteral.Dict)
	code, _, ok := strings.Cut(field[string](d, "error"), ": ")
	if !ok || Code(code).Status() != resp.StatusCode || len(d) != 2 || field[string](d, "response") != "" || strings.ContainsAny(code, " .") {
		t.Errorf("refusal %d %s", resp.StatusCode, got)
	}
	if resp.StatusCode == http.StatusOK || bytes.Contains(got, []byte("store_failed")) || bytes.Contains(got, []byte("internal")) {
		t.Errorf("refusal %d %s", resp.StatusCode, got)
	}
	if field[int64](want, "status") == 422 != (code == string(InvalidRequest)) {
		t.Errorf("%s where the release has %v", code, want)
	}
}

// TestReleased sends what was sent to the released server and compares answers,
// requests to others and stored files, byte for byte.
func TestReleased(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(golden.Kind(t, "toolbench"), "server", "*.jsonl.gz"))
	if err != nil || len(paths) == 0 {
		t.Skipf("no recorded requests to a server: %v", err)
	}
	for _, path := range paths {
		var r *replay
		var files map[string]string
		for i, row := range readRows(t, path) {
			switch field[string](row, "kind") {
			case "start":
				r, files = startReplay(t, row), asMap(field[pyliteral.Dict](row, "cache"))
			case "request":
				t.Run(fmt.Sprintf("%d %s", i, field[string](row, "note")), func(t *testing.T) { r.request(t, row, files) })
			case "end":
				if d := cmp.Diff(asMap(field[pyliteral.Dict](row, "cache")), readTree(t, r.cache)); d != "" {
					t.Errorf("stored files at the end (-want +got):\n%s", d)
				}
			}
		}
	}
}
