// Package search looks for a solution of a task with a model and tools: single
// chains (CoT@n) and depth-first search in a tree of decisions (DFSDT; Qin et
// al. 2023, ToolLLM).
package search
