package main

import (
	"github.com/stepgrain/stepgrain/toolenv/metrics"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// reference says which functions are relevant: those of the query files that
// -tasks names.
func reference(tasks string) (*metrics.Reference, error) {
	relevant, counts := map[string][]string{}, map[string]int{}
	if tasks != "" {
		queries, err := toolbench.LoadQueries(tasks)
		if err != nil {
			return nil, err
		}
		for i := range queries {
			q := &queries[i]
			relevant[q.ID] = q.RelevantFunctions()
			counts[q.Subset]++
		}
	}
	return &metrics.Reference{
		Relevant: func(id string) ([]string, bool) { names, ok := relevant[id]; return names, ok },
		Tasks:    func(subset string) int { return counts[subset] },
	}, nil
}
