package retrieve

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// released are the solvable queries of StableToolBench.
func released(t testing.TB) []toolbench.Query {
	t.Helper()
	dir := filepath.Join(golden.Dir(t), "..", "stabletoolbench", "solvable_queries", "test_instruction")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("without the queries of StableToolBench: %v", err)
	}
	queries, err := toolbench.LoadQueries(dir)
	if err != nil {
		t.Fatal(err)
	}
	return queries
}

// recallAt is the share of a task's relevant functions among its best n APIs,
// averaged over the tasks.
func recallAt(t testing.TB, queries []toolbench.Query, r *Retriever, n int) float64 {
	t.Helper()
	sum := 0.0
	for i := range queries {
		apis, err := r.APIs(t.Context(), queries[i].Text, n)
		if err != nil {
			t.Fatal(err)
		}
		relevant, found := map[string]bool{}, 0
		for _, f := range queries[i].RelevantFunctions() {
			relevant[f] = true
		}
		for _, e := range apis {
			if relevant[toolbench.Pair{Tool: e.Tool, API: e.Name}.Function()] {
				found++
			}
		}
		sum += float64(found) / float64(len(relevant))
	}
	return sum / float64(len(queries))
}

// TestRecallOfBM25 measures what the package's text says.
func TestRecallOfBM25(t *testing.T) {
	if testing.Short() {
		t.Skip("measures all tasks")
	}
	queries := released(t)
	docs := Documents(queries)
	r := &Retriever{Documents: docs, Index: DocumentWords(docs)}
	recall := recallAt(t, queries, r, 5)
	t.Logf("%d tasks, %d APIs: recall@5 %.4f", len(queries), len(docs), recall)
	if len(queries) != 765 || len(docs) != 2490 {
		t.Skip("not the tasks of the stated figure")
	}
	if recall < 0.57 || recall > 0.58 {
		t.Errorf("recall@5 is %.4f, the package says 57 %%", recall)
	}
}
