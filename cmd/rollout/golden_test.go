package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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
)

// The recorded runs of the release, made with this command: the same requests in
// the same order, and the same file. (Package search has the finer test.)
func TestCompatReleased(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(golden.Kind(t, "toolbench"), "inference", "*.jsonl.gz"))
	if err != nil || len(files) == 0 {
		t.Skip("no recorded inference in the golden data")
	}
	defer func(s func(context.Context, time.Duration) error) { sleep = s }(sleep)
	sleep = func(context.Context, time.Duration) error { return nil }
	n := 0
	for _, path := range files {
		var dir string
		for i, row := range rows(t, path) {
			if i == 0 {
				dir = taskFiles(t, row)
				continue
			}
			if at(row, "config", "service_path") != "/virtual" { // there, tools take longer than the client waits
				continue
			}
			playReleased(t, dir, i, row)
			n++
		}
	}
	t.Logf("%d runs", n)
}

func playReleased(t *testing.T, dir string, i int, row any) {
	var mu sync.Mutex
	var open []any
	for _, e := range at(row, "exchanges").(pyliteral.List) {
		if kind := at(e, "type"); kind == "model" || kind == "tool" {
			open = append(open, e)
		}
	}
	name := fmt.Sprintf("%s, run %d (%s, %s)", filepath.Base(dir), i, at(row, "client"), at(row, "method"))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if len(open) == 0 || at(open[0], "request", "path") != r.URL.Path {
			t.Errorf("%s: a request for %s that the release does not make here", name, r.URL.Path)
			w.WriteHeader(http.StatusTeapot)
			return
		}
		e := open[0]
		open = open[1:]
		got, _ := pyliteral.FromJSON(string(body))
		for _, it := range at(e, "request", "body").(pyliteral.Dict) {
			if g := at(got, it.Key.(string)); pyliteral.Repr(g) != pyliteral.Repr(it.Value) {
				t.Errorf("%s: %s is %.200s, want %.200s", name, it.Key, pyliteral.Repr(g), pyliteral.Repr(it.Value))
			}
		}
		if len(got.(pyliteral.Dict)) != len(at(e, "request", "body").(pyliteral.Dict)) {
			t.Errorf("%s: fields of the body %.300s", name, body)
		}
		text, _ := at(e, "response", "text").(string)
		if v := at(e, "response", "body"); v != nil {
			text = pyliteral.Dumps(v, pyliteral.JSONStyle{})
		}
		if kind, _ := at(e, "response", "content_type").(string); kind != "" {
			w.Header().Set("Content-Type", kind)
		}
		w.WriteHeader(int(at(e, "response", "status").(int64)))
		io.WriteString(w, text)
	}))
	defer server.Close()
	out := filepath.Join(dir, fmt.Sprint("out", i))
	config := func(key string) string { return fmt.Sprint(at(row, "config", key)) }
	method := at(row, "method").(string)
	args := []string{"-queries", filepath.Join(dir, "q.json"), "-tool-root", filepath.Join(dir, "tools"), "-compat", "released", "-out", out, "-threads", "1",
		"-policy", "completions:" + server.URL + "/v1", "-model", config("model"), "-key-file", filepath.Join(dir, "key"), "-layout",
		map[string]string{"ToolLLaMA_vllm": "toolllama-react", "qwen2": "qwen2-react", "llama3": "llama3-1-react"}[at(row, "client").(string)],
		"-tools", server.URL + "/virtual", "-tool-key-file", filepath.Join(dir, "tool-key"), "-method", method, "-max-step", config("single_chain_max_step"),
		"-max-observation", config("max_observation_length"), "-strip", config("observ_compress_method")}
	if strings.HasPrefix(method, "DFS") {
		args = append(args, "-max-query", config("max_query_count"))
	}
	var stdout, stderr bytes.Buffer
	status := run(args, &stdout, &stderr)
	mu.Lock()
	defer mu.Unlock()
	if len(open) > 0 {
		t.Errorf("%s: %d requests of the release are missing", name, len(open))
	}
	b, err := os.ReadFile(filepath.Join(out, "summary.json"))
	if err != nil {
		t.Fatalf("%s: %v, %s", name, err, stderr.String())
	}
	if at(row, "crash") != nil {
		if status != 1 || !bytes.Contains(b, []byte(`"crash": 1`)) {
			t.Errorf("%s: status %d, %s", name, status, b)
		}
		return
	}
	lost := bytes.Contains(b, []byte(`"model":`)) // a turn that the model did not give: its text is Python's
	file, err := os.ReadFile(filepath.Join(out, at(row, "output_file").(string)))
	if err != nil || status != 0 {
		t.Fatalf("%s: status %d, %v", name, status, err)
	}
	sum := sha256.Sum256(file)
	if !lost && hex.EncodeToString(sum[:]) != at(row, "output_sha256") {
		t.Errorf("%s: the output differs", name)
	}
}

// taskFiles writes what a recorded task consists of.
func taskFiles(t *testing.T, row any) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), fmt.Sprint(at(row, "query", "query_id")))
	files := pyliteral.Dict{{Key: "q.json", Value: pyliteral.List{at(row, "query")}}}
	for _, it := range at(row, "tools").(pyliteral.Dict) {
		files = append(files, pyliteral.Item{Key: "tools/" + it.Key.(string), Value: it.Value})
	}
	for _, it := range files {
		path := filepath.Join(dir, it.Key.(string))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, path, pyliteral.Dumps(it.Value, pyliteral.JSONStyle{}))
	}
	write(t, filepath.Join(dir, "key"), "EMPTY\n")
	write(t, filepath.Join(dir, "tool-key"), "test-key\n")
	return dir
}

func at(v any, keys ...string) any {
	for _, k := range keys {
		d, _ := v.(pyliteral.Dict)
		v, _ = d.Get(k)
	}
	return v
}

func rows(t *testing.T, path string) (out []any) {
	t.Helper()
	for _, line := range golden.Lines(t, path) {
		v, err := pyliteral.FromJSON(line)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, v)
	}
	return out
}
