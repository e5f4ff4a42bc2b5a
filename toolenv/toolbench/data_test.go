package toolbench

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
)

var update = flag.Bool("update", false, "write relevance.txt anew from the query files")

// shared is a folder of the data beside the golden data; the test is skipped
// where it is absent.
func shared(t testing.TB, elem ...string) string {
	t.Helper()
	dir := filepath.Join(append([]string{filepath.Dir(golden.Dir(t))}, elem...)...)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no data in %s", dir)
	}
	return dir
}

func allQueries(t testing.TB) []Query {
	t.Helper()
	dir := shared(t, "stabletoolbench", "solvable_queries", "test_instruction")
	var all []Query
	for _, subset := range Subsets() {
		qs, err := LoadQueries(filepath.Join(dir, subset+".json"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, qs...)
	}
	return all
}

func TestAllTasksLoad(t *testing.T) {
	all := allQueries(t)
	if len(all) != 765 {
		t.Errorf("%d tasks, want 765", len(all))
	}
	for _, subset := range Subsets() {
		ids, err := LoadIDs(shared(t, "stabletoolbench", "solvable_queries", "test_query_ids", subset+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, q := range all {
			if q.Subset == subset {
				got = append(got, q.ID)
			}
		}
		if !slices.Equal(got, ids) {
			t.Errorf("%s: queries and ids differ", subset)
		}
	}
	relevant := 0
	for i := range all {
		task := NewTask(&all[i], nil, Options{})
		relevant += len(task.Relevant)
		for _, name := range task.Relevant {
			if !slices.Contains(task.Names, name) {
				t.Errorf("task %s does not offer %s, which solves it", all[i].ID, name)
			}
		}
	}
	if relevant != 1799 {
		t.Errorf("%d relevant APIs, want 1799", relevant)
	}
}

func TestRelevanceIsThatOfTheFiles(t *testing.T) {
	lines := relevanceLines(allQueries(t))
	if *update {
		if err := os.WriteFile("relevance.txt", []byte(lines), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if lines != relevance {
		t.Error("relevance.txt is not what the query files say: go test -run Relevance -update")
	}
}

func TestRelevance(t *testing.T) {
	m := Relevance()
	count := map[string]int{}
	for _, s := range m {
		count[s.Subset]++
	}
	for subset, n := range map[string]int{"G1_instruction": 163, "G1_category": 153, "G1_tool": 158, "G2_instruction": 106, "G2_category": 124, "G3_instruction": 61} {
		if count[subset] != n {
			t.Errorf("%s: %d tasks, want %d", subset, count[subset], n)
		}
	}
	if s := m["26661"]; s.Subset != "G1_category" || !slices.Equal(s.Relevant, []string{"get_players_for_api_video", "get_live_streams_for_api_video"}) {
		t.Errorf("task 26661: %v", s)
	}
}

// The names of the functions that stored runs of others were given: the same
// list, or, where the tool folder lacked an API at the time, a part of it in the
// same order.
func TestStoredToolNames(t *testing.T) {
	dir := shared(t, "steptool", "data_eval")
	names := map[string][]string{}
	for _, q := range allQueries(t) {
		names[q.ID] = NewTask(&q, nil, Options{}).Names
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	equal, part := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var answers map[string]struct {
			Names []string `json:"tool_names"`
		}
		if err := json.Unmarshal(raw, &answers); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for id, a := range answers {
			switch ours := names[id]; {
			case slices.Equal(ours, a.Names):
				equal[id] = true
			case subsequence(a.Names, ours):
				part[id] = true
			default:
				t.Errorf("%s, task %s: stored %q, ours %q", file, id, a.Names, ours)
			}
		}
	}
	if len(equal) != 743 || len(part) != 22 {
		t.Errorf("%d lists are equal and %d parts of ours, want 743 and 22", len(equal), len(part))
	}
}

func subsequence(part, whole []string) bool {
	for _, name := range whole {
		if len(part) > 0 && part[0] == name {
			part = part[1:]
		}
	}
	return len(part) == 0
}
