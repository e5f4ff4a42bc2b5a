package search

import (
	"context"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Env executes calls. *toolbench.Env is one.
type Env interface {
	Step(ctx context.Context, branch, name, input string) toolbench.Result
}

// Options of every search.
type Options struct {
	// Released searches exactly as the released inference does; see the package's
	// text. The model and the environment have switches of their own.
	Released bool
	// MaxStep is the depth at which a chain is given up, in levels of the tree: a
	// turn with one call makes three, so that 12, the default, is four turns.
	MaxStep int
	// Budget ends the search; it is not kept in the released form.
	Budget Budget
	// Choose picks one of n leaves that gave up, as DFS does when no leaf gave an
	// answer: a number in [0, n). Nil takes the first.
	Choose func(n int) int
}

func (o *Options) maxStep() int {
	if o.MaxStep == 0 {
		return 12
	}
	return o.MaxStep
}

// CoTOptions are those of CoT@n.
type CoTOptions struct {
	Options
	Attempts int // n; 0 means 1
}

func (o *CoTOptions) attempts() int { return max(o.Attempts, 1) }

func (o *CoTOptions) args() answers.Args {
	return answers.Args{
		{Key: "single_chain_max_step", Value: int64(o.maxStep())}, {Key: "pass_at", Value: int64(o.attempts())}, {Key: "answer", Value: int64(1)},
	}
}

// DFSOptions are those of DFS.
type DFSOptions struct {
	Options
	Width    int // candidates at a node; 0 means 2
	MaxQuery int // turns after which the search ends; 0 means 30. The release throws the last one away.
	// BackAnswer and BackGiveUp are how many turns to go back, the leaf's own
	// counted, after a leaf that gave an answer or that gave up; 0 means 2, as
	// in ToolBench. 1 makes the next candidate the leaf's sibling.
	BackAnswer, BackGiveUp int
	// Ranked lets a model compare the candidates of a node and goes on with the
	// best: DFS_wK instead of DFS_woFilter_wK.
	Ranked bool
	// Ranker compares; nil means the searching model itself.
	Ranker Model
}

func (o *DFSOptions) width() int    { return orElse(o.Width, 2) }
func (o *DFSOptions) maxQuery() int { return orElse(o.MaxQuery, 30) }

func (o *DFSOptions) args() answers.Args {
	return answers.Args{
		{Key: "single_chain_max_step", Value: int64(o.maxStep())}, {Key: "tree_beam_size", Value: int64(o.width())},
		{Key: "max_query_count", Value: int64(o.maxQuery())}, {Key: "answer", Value: int64(1)}, {Key: "with_filter", Value: o.Ranked},
	}
}

func orElse(v, otherwise int) int {
	if v == 0 {
		return otherwise
	}
	return v
}
