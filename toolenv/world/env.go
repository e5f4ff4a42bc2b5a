package world

import (
	"fmt"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/toolenv"
)

// Env is one task of the embedded world, ready to be played. Playing it needs
// only the embedded Episode; the rest is for scripted policies.
type Env struct {
	*toolenv.Episode
	backend *backend
	steps   []step
	final   ref
	gold    []int // per step: the index of the API that a good solution calls
}

// Fresh returns a second, independent episode of the same task.
func (e *Env) Fresh() *Env {
	f := *e
	f.Episode = e.Episode.Fresh()
	return &f
}

// build draws a task of a spec. The whole task is a function of the stream.
func (w *World) build(s *spec, id string, r *rand.Rand) *Env {
	inv := newInventions(s, r)
	a := &asker{w: w, r: r, spec: s, word: inv.word}
	for {
		q := a.ask()
		if inv.brands && inv.kinds && len(q.steps) > 3 {
			continue // invented words cost many tokens: both kinds only where the context has room
		}
		chosen, ok := w.tools(s, q, r)
		if ok {
			return w.assemble(s, id, r, q, chosen, inv)
		}
	}
}

// assemble puts question and tools together.
func (w *World) assemble(s *spec, id string, r *rand.Rand, q question, list []choice, inv *inventions) *Env {
	_, plan, answer := w.base.solve(q.steps, q.final)
	order := r.Perm(len(list))
	b := &backend{base: w.base, pool: s.pool, words: inv.words, seed: r.Uint64(), list: make([]offered, len(list))}
	task := &toolenv.Task{ID: id, Set: s.name, Kind: q.shape, Query: q.query, Plan: plan, Answer: answer, MaxCalls: w.maxCalls, APIs: make([]toolenv.API, len(list))}
	place := map[*function]int{}
	for i, c := range list {
		at := order[i]
		api := c.offer.API(inv.word(c.fn.kind), inv.tool(c.offer.Tool.Name))
		name := toolenv.FunctionName(api)
		task.APIs[at] = api
		b.list[at] = offered{fn: c.fn, offer: c.offer, name: name, second: hashString(name)%2 == 0}
		if _, ok := place[c.fn]; !ok { // needed and unmarked ones come first
			place[c.fn] = at
			if needs(q, c.fn) {
				task.Relevant = append(task.Relevant, name)
			}
		}
	}
	e := &Env{Episode: toolenv.NewEpisode(task, b), backend: b, steps: q.steps, final: q.final}
	for _, st := range q.steps {
		e.gold = append(e.gold, place[st.fn])
	}
	if len(e.gold) >= task.MaxCalls {
		panic(fmt.Sprintf("world: task %s needs %d calls and Finish, the budget is %d", id, len(e.gold), task.MaxCalls))
	}
	return e
}

func needs(q question, f *function) bool {
	for _, s := range q.steps {
		if s.fn == f {
			return true
		}
	}
	return false
}
