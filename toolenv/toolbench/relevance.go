package toolbench

import (
	_ "embed"
	"strings"
	"sync"
)

// Solution says which functions solve a task of StableToolBench.
type Solution struct {
	Subset   string   // such as "G1_category"
	Relevant []string // function names, duplicates kept
}

// relevance has one line per task: subset, id and function names, separated by
// spaces.
//
//go:embed relevance.txt
var relevance string

// Relevance maps the ids of the 765 solvable tasks of StableToolBench (Guo et al.
// 2024; Apache-2.0, see NOTICE in this folder) to their solutions, so that results
// can be judged without the query files. Do not change it.
func Relevance() map[string]Solution { return relevanceOnce() }

var relevanceOnce = sync.OnceValue(func() map[string]Solution {
	m := map[string]Solution{}
	for line := range strings.Lines(relevance) {
		f := strings.Fields(line)
		m[f[1]] = Solution{f[0], f[2:]}
	}
	return m
})

// Subsets are the six test sets in the order of the papers' tables.
func Subsets() []string {
	return []string{"G1_instruction", "G1_category", "G1_tool", "G2_instruction", "G2_category", "G3_instruction"}
}

// relevanceLines writes what Relevance reads.
func relevanceLines(qs []Query) string {
	var b strings.Builder
	for i := range qs {
		b.WriteString(qs[i].Subset + " " + qs[i].ID)
		for _, name := range qs[i].RelevantFunctions() {
			b.WriteString(" " + name)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
