package answers

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/internal/pyrand"
	"github.com/stepgrain/stepgrain/internal/rng"
)

// ConvertOptions say how raw outputs are converted.
type ConvertOptions struct {
	// Method is written into the answers. Released: it has to contain CoT or DFS,
	// which says what an output without an answer holds; the default looks.
	Method string
	Seed   uint64 // of the draws
	// Draws pick the path of an output without an answer, for all files one after
	// the other. Nil: every file has draws of its own, which depend on Seed and the
	// task only.
	Draws Draws
	// Released converts as the release does: it draws for every step of every
	// path, also where there is nothing to choose; of several calls in one turn all
	// get the first observation (their ids are equal); a Finish that was refused loses
	// the observation that says why; and what ends the release is a *ConvertError.
	Released bool
}

// Draws choose among n things, n ≥ 1: an index from 0 to n-1.
type Draws interface{ Choose(n int) int }

// ConvertError says why a raw output cannot be converted.
type ConvertError struct {
	ID     string // of the task
	Reason string
	Python string // the exception that ends the release here
}

// Error implements error.
func (e *ConvertError) Error() string {
	return fmt.Sprintf("answers: Convert: task %s: %s", e.ID, e.Reason)
}

// Convert makes the converted answer of a raw output: the conversation that led to
// the answer without its thoughts; when there is no answer, the chain of a random
// attempt or a random path from the root of the tree to a leaf, with thoughts.
func Convert(id string, r *Raw, o ConvertOptions) (*Converted, error) {
	k := converter{id: id, options: o, draws: o.Draws}
	switch {
	case k.draws == nil && o.Released:
		k.draws = PythonDraws(o.Seed)
	case k.draws == nil:
		k.draws = fresh(o.Seed, id)
	}
	var path []*Node
	var err error
	switch {
	case r.Answer.Valid:
		path, err = k.valid(r)
	case !o.Released && r.Tree != nil, o.Released && !hasFold(o.Method, "cot") && hasFold(o.Method, "dfs"):
		path, err = k.walk(r)
	case !o.Released || hasFold(o.Method, "cot"):
		path, err = k.attempt(r)
	default:
		err = k.fail("NotImplementedError", "method %q contains neither CoT nor DFS, so the form of an output without an answer is unknown", o.Method)
	}
	if err != nil {
		return nil, err
	}
	c := &Converted{ID: id, Query: r.Answer.Query, Answer: Answer{
		Method:      o.Method,
		TotalSteps:  len(path) + 2,
		FinalAnswer: r.Answer.FinalAnswer,
		Details:     chain(path),
	}}
	for i, f := range r.Answer.Functions {
		d, ok := f.(pyliteral.Dict)
		if !ok {
			return nil, k.fail("", "answer_generation.function[%d] is %s, not an object", i, kindOf(f))
		}
		c.Tools = append(c.Tools, d)
	}
	return c, nil
}

// PythonDraws are those of Python's random.choice after random.seed(seed).
func PythonDraws(seed uint64) Draws {
	return python{pyrand.NewBig(new(big.Int).SetUint64(seed))}
}

type python struct{ r *pyrand.Rand }

func (p python) Choose(n int) int { return p.r.Below(n) }

// fresh are draws that depend on nothing but seed and task.
func fresh(seed uint64, id string) Draws { return stream{rng.New(seed, "convert", id)} }

type stream struct{ r interface{ IntN(n int) int } }

func (s stream) Choose(n int) int {
	if n == 1 {
		return 0
	}
	return s.r.IntN(n)
}

func hasFold(s, sub string) bool { return strings.Contains(strings.ToLower(s), sub) }

// chain links nodes below system and user, whose texts are not kept.
func chain(path []*Node) []*Node {
	var next []*Node
	for i := len(path) - 1; i >= 0; i-- {
		path[i].Next = next
		next = []*Node{path[i]}
	}
	user := &Node{Role: "user", Message: "", Next: next}
	return []*Node{{Role: "system", Message: "", Next: []*Node{user}}}
}

type converter struct {
	id      string
	options ConvertOptions
	draws   Draws
}

func (k *converter) fail(python, format string, args ...any) error {
	return &ConvertError{ID: k.id, Python: python, Reason: fmt.Sprintf(format, args...)}
}

// choose draws as the release does: its path is a graph, through which it walks at
// random even where that is a line.
func (k *converter) choose(n int) int {
	if n == 1 && !k.options.Released {
		return 0
	}
	return k.draws.Choose(n)
}

// line draws for a path of nodes below system that has no forks.
func (k *converter) line(path []*Node) []*Node {
	for range len(path) + 1 { // the step to the user is one, too
		k.choose(1)
	}
	return path
}

func tool(name, arguments, response string) *Node {
	return &Node{Role: "tool", Message: ToolMessage{name, arguments, response}}
}
