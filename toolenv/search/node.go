package search

import (
	"slices"

	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// node is a place in the search: the root, a thought, the name of a call, or its
// input with the observation.
type node struct {
	kind        string
	description string
	observation string
	code        *int
	pruned      bool
	terminal    bool
	finished    bool
	expand      int
	depth       int // levels below the root
	turns       int // turns of the model on the way from the root, its own included
	branch      string
	messages    []Message // the conversation so far
	father      *node
	children    []*node
	last        bool // the last node of its turn
}

// newRoot holds the task.
func newRoot(system, user string) *node {
	return &node{kind: answers.InputNode, messages: []Message{{Role: "system", Content: system}, {Role: "user", Content: user}}}
}

// add puts a child below n, with a copy of the conversation.
func (n *node) add(kind, description string) *node {
	c := &node{
		kind: kind, description: description, depth: n.depth + 1, turns: n.turns, branch: n.branch,
		messages: slices.Clone(n.messages), father: n,
	}
	n.children = append(n.children, c)
	return c
}

func (n *node) setCode(code int) { n.code = &code }

func (n *node) gaveUp() bool { return n.code != nil && *n.code == codeGaveUp }

// markFinished marks the node and what is above it, up to and with the given
// number of inputs of calls, the node's own not counted. The root counts as one.
func (n *node) markFinished(inputs int) {
	for ; n != nil && inputs >= 0; n = n.father {
		n.finished = true
		if n.kind == answers.InputNode {
			inputs--
		}
	}
}

// path is the nodes from below the root to n.
func (n *node) path() []*node {
	var p []*node
	for ; n.father != nil; n = n.father {
		p = append(p, n)
	}
	slices.Reverse(p)
	return p
}

// size counts the nodes of the tree, and length those on its longest path.
func (n *node) size() (size, length int) {
	size = 1
	for _, c := range n.children {
		s, l := c.size()
		size, length = size+s, max(length, l)
	}
	return size, length + 1
}

// raw is the node as it is written, without its children.
func (n *node) raw(released bool) *answers.RawNode {
	return &answers.RawNode{
		Terminal: n.terminal && !released, Pruned: n.pruned, Finished: n.finished, Depth: n.depth, Type: n.kind, Description: n.description,
		Elo: 1000, Observation: n.observation, Code: n.code, ChildCount: len(n.children), ExpandNum: n.expand,
	}
}

func (n *node) rawTree(released bool) *answers.RawNode {
	r := n.raw(released)
	for _, c := range n.children {
		r.Children = append(r.Children, c.rawTree(released))
	}
	return r
}

func (n *node) rawChain(released bool) answers.Chain {
	c := answers.Chain{}
	for _, p := range n.path() {
		c = append(c, p.raw(released))
	}
	return c
}
