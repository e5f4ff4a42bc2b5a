package search

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Method is a search by its name in ToolBench.
type Method struct {
	Tree   bool // DFS, else CoT
	Ranked bool // of DFS: with a comparison of candidates
	N      int  // attempts of CoT, width of DFS
}

// maxN bounds what a name may ask for.
const maxN = 1000

// ParseMethod reads CoT@n, DFS_woFilter_wK (DFSDT) and DFS_wK (ranked).
func ParseMethod(name string) (Method, error) {
	m := Method{}
	number, ok := strings.CutPrefix(name, "CoT@")
	if !ok {
		m.Tree = true
		if number, ok = strings.CutPrefix(name, "DFS_woFilter_w"); !ok {
			m.Ranked = true
			number, ok = strings.CutPrefix(name, "DFS_w")
		}
	}
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 1 || n > maxN || strconv.Itoa(n) != number {
		return Method{}, fmt.Errorf("method %q is none of CoT@n, DFS_woFilter_wK and DFS_wK with a number from 1 to %d, such as CoT@1 or DFS_woFilter_w2", name, maxN)
	}
	m.N = n
	return m, nil
}

// String is the name, which is part of the names of outputs.
func (m Method) String() string {
	switch {
	case !m.Tree:
		return fmt.Sprintf("CoT@%d", m.N)
	case m.Ranked:
		return fmt.Sprintf("DFS_w%d", m.N)
	}
	return fmt.Sprintf("DFS_woFilter_w%d", m.N)
}

// Search runs the method. maxQuery is for DFS; 0 means its default.
func (m Method) Search(ctx context.Context, task *toolbench.Task, env Env, model Model, o Options, maxQuery int) (*answers.Raw, error) {
	if !m.Tree {
		return CoT(ctx, task, env, model, CoTOptions{Options: o, Attempts: m.N})
	}
	return DFS(ctx, task, env, model, DFSOptions{Options: o, Width: m.N, MaxQuery: maxQuery, Ranked: m.Ranked})
}

// Args are what the method's outputs say about its arguments.
func (m Method) Args(o Options, maxQuery int) answers.Args {
	if !m.Tree {
		c := CoTOptions{Options: o, Attempts: m.N}
		return c.args()
	}
	d := DFSOptions{Options: o, Width: m.N, MaxQuery: maxQuery, Ranked: m.Ranked}
	return d.args()
}
