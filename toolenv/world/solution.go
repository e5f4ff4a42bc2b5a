package world

import (
	"fmt"
	"strconv"

	"github.com/stepgrain/stepgrain/toolenv"
)

// step is one call of a solution, which takes what the query or earlier calls
// gave.
type step struct {
	fn *function
	// args are the inputs: one for find, get, list and count, two for calc.
	args []ref
}

// ref points at an input: the result of an earlier step, or (step < 0) what the
// query says.
type ref struct {
	step   int
	item   int    // of a result that is a list
	choose []ref  // step holds "a" or "b": take choose[0] or choose[1]
	text   string // a name or date, when step < 0
}

func literal(text string) ref   { return ref{step: -1, text: text} }
func resultOf(step int) ref     { return ref{step: step} }
func itemOf(step, item int) ref { return ref{step: step, item: item} }

// answer is the result of a call as the caller reads it: a list of texts
// (numbers and ids as decimals), with one entry unless the function lists.
type answer []string

// resolve gives the text a ref stands for, given the results so far.
func (r ref) resolve(results []answer) string {
	switch {
	case r.step < 0:
		return r.text
	case len(r.choose) > 0:
		if len(results[r.step]) > 0 && results[r.step][0] == "b" {
			return r.choose[1].resolve(results)
		}
		return r.choose[0].resolve(results)
	case r.item >= len(results[r.step]):
		return ""
	}
	return results[r.step][r.item]
}

// uses lists the steps a ref depends on.
func (r ref) uses() []int {
	if r.step < 0 {
		return nil
	}
	list := []int{r.step}
	for _, c := range r.choose {
		list = append(list, c.uses()...)
	}
	return list
}

// argsJSON writes the argument object of a step.
func (s step) argsJSON(results []answer) string {
	if s.fn.verb == "calc" {
		return `{"a":` + number(s.args[0].resolve(results)) + `,"b":` + number(s.args[1].resolve(results)) + `}`
	}
	text := s.args[0].resolve(results)
	switch {
	case s.fn.verb == "find" || s.fn.kind.Key == "name":
		return `{"name":` + toolenv.QuoteJSON(text) + `}`
	case s.fn.kind.Key == "date":
		return `{"date":` + toolenv.QuoteJSON(text) + `}`
	}
	return `{"code":` + number(text) + `}`
}

// number writes a text that should be a number: as one where it is, else as a
// JSON string, which the API will refuse.
func number(text string) string {
	if _, err := strconv.Atoi(text); err == nil {
		return text
	}
	return toolenv.QuoteJSON(text)
}

// trueAnswer computes what a working API answers to a step, and the fact it
// tells.
func (b *base) trueAnswer(s step, results []answer) (answer, string) {
	f := s.fn
	in := s.args[0].resolve(results)
	switch f.verb {
	case "calc":
		x, y := mustInt(in), mustInt(s.args[1].resolve(results))
		fact := calcFact(f, int64(x), int64(y))
		switch {
		case f.word == "sum":
			return answer{strconv.Itoa(x + y)}, fact
		case f.word == "max":
			return answer{strconv.Itoa(max(x, y))}, fact
		case x == y:
			return answer{"equal"}, fact
		case x > y:
			return answer{"a"}, fact
		}
		return answer{"b"}, fact
	case "find":
		i := indexOfName[in]
		return answer{strconv.Itoa(entityID(i, f.kind.idOffset))}, findFact(f, i)
	}
	var i int
	switch f.kind.Key {
	case "code":
		i = indexOfID(int64(mustInt(in)), f.kind.idOffset)
	case "date":
		i = indexOfDate(in)
	default:
		i = indexOfName[in]
	}
	v := b.get(i, f.field)
	if v.kind == nil {
		return answer{strconv.Itoa(v.num)}, getFact(f, i)
	}
	var a answer
	for _, j := range v.index {
		a = append(a, v.kind.show(j))
	}
	return a, getFact(f, i)
}

func mustInt(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(fmt.Sprintf("world: a solution computes with %q", s))
	}
	return n
}

// solve runs a solution without any environment: the true results, the
// milestones, and the answer.
func (b *base) solve(steps []step, final ref) (results []answer, plan []toolenv.Milestone, text string) {
	for _, s := range steps {
		a, fact := b.trueAnswer(s, results)
		m := toolenv.Milestone{Fact: fact}
		for _, r := range s.args {
			for _, u := range r.uses() {
				m.Needs = appendNew(m.Needs, u)
			}
		}
		results = append(results, a)
		plan = append(plan, m)
	}
	return results, plan, final.resolve(results)
}

func appendNew(list []int, x int) []int {
	for _, y := range list {
		if y == x {
			return list
		}
	}
	return append(list, x)
}
