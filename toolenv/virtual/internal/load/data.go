package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

// request is a request of the load with the answer that it must get.
type request struct {
	Body   string          `json:"body"`
	Answer json.RawMessage `json:"answer"`
}

// The size of the load: so many APIs with so many stored answers each, as the
// public cache has on average.
const (
	apis   = 200
	perAPI = 10
)

// makeData writes a cache folder and requests for everything in it.
func makeData(dir string) error {
	s, err := store.OpenDir(filepath.Join(dir, "cache"), store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	f, err := os.Create(filepath.Join(dir, "requests.jsonl"))
	if err != nil {
		return err
	}
	w := json.NewEncoder(f)
	for i := range apis {
		n := store.Name{Category: "Load", Tool: fmt.Sprintf("tool_%d_for_Load", i/4), API: fmt.Sprintf("api_%d", i%4)}
		var entries []store.Entry
		for k := range perAPI {
			args := pyliteral.Dict{{Key: "query", Value: fmt.Sprintf("number %d", k)}, {Key: "page", Value: int64(k)}, {Key: "exact", Value: k%2 == 0}}
			response := pyliteral.Dict{{Key: "id", Value: int64(i)}, {Key: "title", Value: fmt.Sprintf("Result %d of %d", k, i)}, {Key: "score", Value: float64(k) + 0.5},
				{Key: "tags", Value: pyliteral.List{"one", "two", nil}}, {Key: "text", Value: "A few words as answers of small tools have them: what it is, where it is, when it opens."}}
			answer := pyliteral.Dict{{Key: "error", Value: ""}, {Key: "response", Value: response}}
			entries = append(entries, store.Entry{Key: pyliteral.Repr(args), Value: answer})
			body := pyliteral.Dict{
				{Key: "category", Value: n.Category}, {Key: "tool_name", Value: fmt.Sprintf("tool_%d", i/4)}, {Key: "api_name", Value: n.API},
				{Key: "tool_input", Value: text(args)}, {Key: "strip", Value: "truncate"}, {Key: "toolbench_key", Value: "key"},
			}
			if err := w.Encode(request{text(body), json.RawMessage(pyliteral.Dumps(answer, pyliteral.JSONStyle{Item: ",", Key: ":"}))}); err != nil {
				return err
			}
		}
		if err := s.Put(context.Background(), n, entries...); err != nil {
			return err
		}
	}
	return f.Close()
}

func text(v any) string { return pyliteral.Dumps(v, pyliteral.JSONStyle{ASCII: true}) }

func readRequests(path string) (list []request, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var r request
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		list = append(list, r)
	}
	if len(list) == 0 && s.Err() == nil {
		return nil, fmt.Errorf("%s: no requests", path)
	}
	return list, s.Err()
}
