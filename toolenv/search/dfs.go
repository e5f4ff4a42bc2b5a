package search

import (
	"context"
	"strconv"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// DFS looks for an answer depth first (DFSDT; Qin et al. 2023). At every node up
// to o.Width turns are tried, each after the first with a prompt that shows the
// earlier ones and asks for another. A leaf that gives up sends the search back
// some turns, one that is too deep only to its sibling. The errors are those of
// CoT.
func DFS(ctx context.Context, task *toolbench.Task, env Env, model Model, o DFSOptions) (*answers.Raw, error) {
	d := &dfs{searcher: newSearcher(task, env, model, &o.Options), o: &o}
	root := d.root()
	if _, err := d.visit(ctx, root); err != nil {
		return nil, err
	}
	return d.done(d.output(root))
}

type dfs struct {
	*searcher
	o       *DFSOptions
	visited int
	answers []*node
	gaveUp  []*node
}

// everything is how far to go back when the search is over.
const everything = 10000

// visit searches below n. It returns how many turns to go back: 1 to the
// next candidate of the node above.
func (d *dfs) visit(ctx context.Context, n *node) (int, error) {
	n.expand = d.visited
	d.visited++
	d.meter.used.Turns = max(d.meter.used.Turns, n.turns)
	if back, leaf := d.leaf(n); leaf {
		return back, nil
	}
	var candidates []*node
	for i := range d.o.width() {
		next, err := d.candidate(ctx, n, i)
		if err != nil {
			return 0, err
		}
		if next == nil {
			return everything, nil
		}
		if d.o.Ranked && (d.released || !next.terminal) {
			candidates = append(candidates, next)
			continue
		}
		if back, err := d.follow(ctx, next); back > 0 || err != nil {
			return back, err
		}
	}
	if len(candidates) > 1 {
		if err := d.rank(ctx, n, candidates); err != nil {
			return 0, err
		}
	}
	for _, next := range candidates {
		if back, err := d.follow(ctx, next); back > 0 || err != nil {
			if d.released && back > 0 && back < everything {
				n.markFinished(2) // also without an answer
			}
			return back, err
		}
	}
	return 1, nil
}

// leaf reports whether the search goes no deeper than n, and how far it goes back.
func (d *dfs) leaf(n *node) (back int, leaf bool) {
	switch {
	case n.terminal:
		d.answers = append(d.answers, n)
		return orElse(d.o.BackAnswer, 2), true
	case !n.pruned && n.depth < d.o.maxStep() && (d.meter.mayGoOn(n.turns) && !d.meter.ended):
		return 0, false
	}
	n.pruned = true
	if n.gaveUp() {
		d.gaveUp = append(d.gaveUp, n)
		return orElse(d.o.BackGiveUp, 2), true
	}
	return 1, true
}

// follow visits a candidate. back is 0 when its node goes on with the next.
func (d *dfs) follow(ctx context.Context, next *node) (back int, err error) {
	back, err = d.visit(ctx, next)
	switch {
	case err != nil:
		return 0, err
	case len(d.answers) > 0 || d.meter.ended:
		return everything, nil
	}
	return back - 1, nil
}

// candidate asks for turn i at n and adds its nodes: nil when the search is over.
func (d *dfs) candidate(ctx context.Context, n *node, i int) (*node, error) {
	if !d.released && (!d.mayQuery() || !d.meter.mayAsk()) {
		return nil, nil
	}
	branch := strconv.Itoa(i)
	if n.branch != "" {
		branch = n.branch + "." + branch
	}
	different := d.beDifferent(n)
	reply, failure, err := d.ask(ctx, n, branch)
	if err != nil {
		return nil, err
	}
	if d.released && d.meter.used.Queries >= d.o.maxQuery() {
		return nil, nil // the turn is thrown away
	}
	if different {
		n.messages[len(n.messages)-1].Invalid = true
	}
	next, err := d.grow(ctx, n, branch, reply, failure)
	if err != nil {
		return nil, err
	}
	if next.terminal {
		next.markFinished(2)
	}
	return next, nil
}

// mayQuery ends the search when its turns are used up.
func (d *dfs) mayQuery() bool {
	if d.meter.used.Queries < d.o.maxQuery() {
		return true
	}
	d.meter.stop(stoppedQueries)
	d.meter.ended = true
	return false
}

// output chooses the answer: the first leaf that gave one, else one that gave up.
func (d *dfs) output(root *node) *answers.Raw {
	out := &answers.Raw{Win: len(d.answers) > 0, Args: d.o.args()}
	size, length := root.size()
	out.Tree = &answers.Tree{Size: size, MaxLength: length, Root: root.rawTree(d.released)}
	out.Answer.FinishType = "give_answer"
	var chosen *node
	for _, leaf := range d.answers {
		if !leaf.pruned {
			out.Candidates = append(out.Candidates, leaf.rawChain(d.released))
			if chosen == nil {
				chosen = leaf
			}
		}
	}
	if n := len(d.gaveUp); chosen == nil && n > 0 {
		i := 0
		if d.o.Choose != nil {
			i = d.o.Choose(n)
		}
		chosen = d.gaveUp[i]
		out.Answer.FinishType = "give_up"
	}
	d.answer(out, chosen)
	return out
}
