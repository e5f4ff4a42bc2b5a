package main

import (
	"encoding/json"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// reference says what is known of the tasks: without a path, which functions are
// relevant to the 765 tasks of StableToolBench; with one, what its query files
// say, schemas included.
func reference(tasks string) (*metrics.Reference, error) {
	relevant, counts := map[string][]string{}, map[string]int{}
	ref := &metrics.Reference{
		Relevant: func(id string) ([]string, bool) { names, ok := relevant[id]; return names, ok },
		Tasks:    func(subset string) int { return counts[subset] },
	}
	if tasks == "" {
		for id, s := range toolbench.Relevance() {
			relevant[id] = s.Relevant
			counts[s.Subset]++
		}
		return ref, nil
	}
	queries, err := toolbench.LoadQueries(tasks)
	if err != nil {
		return nil, err
	}
	apis := map[[2]string]toolenv.API{} // by task and function
	for i := range queries {
		q := &queries[i]
		relevant[q.ID] = q.RelevantFunctions()
		counts[q.Subset]++
		for _, e := range q.APIs {
			apis[[2]string{q.ID, toolenv.FunctionName(e.API)}] = e.API
		}
	}
	ref.Fits = func(id, name, arguments string) bool {
		api, ok := apis[[2]string{id, name}]
		if !ok || arguments == "" {
			return true
		}
		args, err := toolenv.DecodeArgs(json.RawMessage(arguments))
		return err == nil && toolenv.Validate(api, args) == nil
	}
	return ref, nil
}
