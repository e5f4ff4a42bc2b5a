package batch

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyrand"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Job is one search over one task.
type Job struct {
	Query  *toolbench.Query
	Sample int
	Path   string // of its output
}

// plan is what a run has to do.
type plan struct {
	jobs    []Job
	skipped []Failure
	draws   *pyrand.Rand // of the released form, after the shuffle
}

func makePlan(queries []toolbench.Query, o *Options) (*plan, error) {
	p := &plan{}
	if o.Search.Released {
		p.draws = pyrand.New(42)
	}
	subsets := map[string]bool{}
	for i := range queries {
		if err := checkID(queries[i].ID); err != nil {
			return nil, err
		}
		subsets[queries[i].Subset] = true
	}
	b, err := toolbench.PlanBatch(queries, o.Folder, p.draws, nil, o.Search.Released)
	if err != nil {
		return nil, err
	}
	for _, s := range b.Skipped {
		p.skipped = append(p.skipped, Failure{Task: s.Query.ID, Subset: s.Query.Subset, Kind: KindSkipped, Error: "the tool folder lacks the tool " + s.Missing})
	}
	paths := map[string]bool{}
	for sample := range o.samples() {
		for _, q := range b.Order {
			j := Job{Query: q, Sample: sample, Path: o.path(q, sample, len(subsets) > 1)}
			if paths[j.Path] {
				return nil, fmt.Errorf("batch: the queries have task %s twice: its outputs would overwrite each other", q.ID)
			}
			paths[j.Path] = true
			p.jobs = append(p.jobs, j)
		}
	}
	return p, nil
}

func (o *Options) path(q *toolbench.Query, sample int, bySubset bool) string {
	dir := o.Out
	if o.samples() > 1 {
		dir = filepath.Join(dir, fmt.Sprintf("sample-%d", sample))
	}
	if bySubset {
		dir = filepath.Join(dir, q.Subset)
	}
	return filepath.Join(dir, fmt.Sprintf("%s_%s.json", q.ID, o.Method))
}

// checkID refuses ids that are no part of a file's name: query files come from
// others.
func checkID(id string) error {
	if id == "" || len(id) > 200 || strings.HasPrefix(id, ".") || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) }) {
		return fmt.Errorf("batch: the id %.50q of a query cannot be part of a file's name", id)
	}
	return nil
}
