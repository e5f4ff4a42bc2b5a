package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/toolenv/virtual"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

// TestLoad has 256 clients ask for stored answers at once: none fails.
func TestLoad(t *testing.T) {
	dir := t.TempDir()
	if err := makeData(dir); err != nil {
		t.Fatal(err)
	}
	requests, err := readRequests(filepath.Join(dir, "requests.jsonl"))
	if err != nil || len(requests) != apis*perAPI {
		t.Fatal(len(requests), err)
	}
	d, err := store.OpenDir(filepath.Join(dir, "cache"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s, err := virtual.NewServer(virtual.Options{Store: d})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	defer server.Close()
	r, err := measure(server.URL+"/virtual", requests, 256, time.Second)
	if err != nil || r.Errors > 0 || r.Requests < 256 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestErrors: what is not the stored answer counts as an error.
func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		status int
		body   string
		want   string
	}{
		{200, `{"error": "", "response": 1}`, ""},
		{200, `{"error":"","response":2}`, "another answer"},
		{500, `{"error":"","response":1}`, "HTTP status 500"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(tt.status)
			w.Write([]byte(tt.body))
		}))
		r, err := measure(server.URL+"/virtual", []request{{Body: "{}", Answer: []byte(`{"error":"","response":1}`)}}, 2, 20*time.Millisecond)
		server.Close()
		if err != nil || !strings.Contains(r.FirstError, tt.want) || (r.Errors == r.Requests) != (tt.want != "") || r.Requests == 0 {
			t.Errorf("%d %s: %+v, %v", tt.status, tt.body, r, err)
		}
	}
	if _, err := measure("nonsense", nil, 1, time.Second); err == nil {
		t.Error("nonsense is no URL")
	}
}
