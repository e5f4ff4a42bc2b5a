package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/toolenv/batch"
)

// faulty is a tool server that misbehaves as the city says that it is asked for.
func faulty(elsewhere string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct{ Tool_input string }
		_ = json.NewDecoder(r.Body).Decode(&q)
		var in struct{ City string }
		_ = json.Unmarshal([]byte(q.Tool_input), &in)
		switch in.City {
		case "hangs":
			select {
			case <-r.Context().Done():
			case <-time.After(20 * time.Second):
			}
		case "429", "500":
			var status int
			fmt.Sscan(in.City, &status)
			w.WriteHeader(status)
		case "garbage":
			w.Write([]byte("\x00\x01<html>"))
		case "100 MB":
			chunk := bytes.Repeat([]byte("x"), 1<<20)
			w.Write([]byte(`{"error": "", "response": "`))
			for range 100 {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		case "deep":
			w.Write([]byte(strings.Repeat("[", 1<<20)))
		case "deep object":
			w.Write([]byte(`{"error": "", "response": ` + strings.Repeat(`{"a":`, 1<<17)))
		case "not UTF-8":
			w.Write([]byte("{\"error\": \"\", \"response\": \"\xff\xfe\"}"))
		case "redirect":
			http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
		case "dies":
			w.Header().Set("Content-Length", "1000")
			w.Write([]byte(`{"error": "", "resp`))
			panic(http.ErrAbortHandler)
		default:
			w.Write([]byte(`{"error": "", "response": "rain"}`))
		}
	})
}

// Whatever tools do, the run ends, every task has an output, and what happened is
// counted under its name.
func TestFaultsOfTools(t *testing.T) {
	reached := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer other.Close()
	server := httptest.NewServer(faulty(strings.Replace(other.URL, "127.0.0.1", "localhost", 1)))
	defer server.Close()
	cases := []string{"hangs", "429", "500", "garbage", "100 MB", "deep", "deep object", "not UTF-8", "redirect", "dies", "fine"}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "q.json"), tasks(len(cases)))
	var script strings.Builder
	for i, city := range cases {
		line, _ := json.Marshal(map[string]any{"task": fmt.Sprint(i), "turns": []string{
			"Action: forecast_for_weather\nAction Input: {\"city\": \"" + city + "\"}",
			"Action: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"x\"}",
		}})
		script.Write(append(line, '\n'))
	}
	write(t, filepath.Join(dir, "turns.jsonl"), script.String())
	var stdout, stderr bytes.Buffer
	status := run([]string{"-queries", filepath.Join(dir, "q.json"), "-policy", "script:" + filepath.Join(dir, "turns.jsonl"), "-tools", server.URL + "/virtual",
		"-tool-timeout", "1s", "-out", filepath.Join(dir, "out"), "-json"}, &stdout, &stderr)
	if status != 0 {
		t.Fatalf("status %d, %s", status, stderr.String())
	}
	var s batch.Summary
	if err := json.Unmarshal(stdout.Bytes(), &s); err != nil {
		t.Fatal(err)
	}
	if s.Finished != len(cases) || s.Answered != len(cases) || s.Used.Calls != len(cases) {
		t.Errorf("%+v", s)
	}
	want := map[string]int{"timeout": 1, "too_large": 1, "redirect": 1, "refused": 1}
	// 5: what hangs; 0: the one that is fine and the one that is not UTF-8, which is
	// read with replacements; 12: the eight others; 3: the answers of all.
	if codes := map[string]int{"0": 2, "3": len(cases), "5": 1, "12": 8}; !maps.Equal(s.Codes, codes) || !maps.Equal(s.Faults, want) {
		t.Errorf("codes %v, faults %v, want %v and %v", s.Codes, s.Faults, codes, want)
	}
	if reached {
		t.Error("the host that a redirect names was asked")
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.Sys > 1<<30 {
		t.Errorf("%d MB of memory", m.Sys>>20)
	}
	t.Logf("%d MB of memory from the system", m.Sys>>20)
}

// tasks is a query file of n tasks with the ids 0, 1, ….
func tasks(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`{"query_id": %d, "query": "Rain?", "relevant APIs": [], "api_list": [{"category_name": "Data", "tool_name": "Weather", "api_name": "Forecast",
			"api_description": "", "required_parameters": [{"name": "city", "type": "STRING", "description": "", "default": ""}], "optional_parameters": [], "method": "GET"}]}`, i))
	}
	return "[" + strings.Join(list, ",") + "]"
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
