package world

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

// Env is one task of the embedded world, ready to be played. Playing it needs
// only the embedded Episode; the rest is for scripted policies.
type Env struct {
	*toolenv.Episode
	backend  *backend
	steps    []step
	final    ref
	gold     []int // per step: the index of the API that a good solution calls
	invented bool  // some tool or category name is made up for this task
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

// inventions are the made-up words of one training task.
type inventions struct {
	r      *rand.Rand
	brands bool // all tool names are invented
	kinds  bool // most category words are
	brand  map[string]string
	words  map[*kind]string
}

func newInventions(s *spec, r *rand.Rand) *inventions {
	v := &inventions{r: r, words: map[*kind]string{}}
	if s.invent {
		v.brands, v.kinds = r.IntN(2) == 0, r.IntN(10) < 3
		if v.brands {
			v.brand = map[string]string{}
		}
	}
	return v
}

// word is what a category is called in this task.
func (v *inventions) word(k *kind) string {
	if !v.kinds || k.Key == "" {
		return k.Word
	}
	w, ok := v.words[k]
	if !ok {
		if w = k.Word; v.r.IntN(10) < 6 {
			w = nonceWord(v.r)
		}
		v.words[k] = w
	}
	return w
}

// tool is what a tool is called in this task.
func (v *inventions) tool(name string) string {
	if !v.brands {
		return name
	}
	b, ok := v.brand[name]
	if !ok {
		b = nonceBrand(v.r)
		v.brand[name] = b
	}
	return b
}

// choice is an API for the list; needed ones come first, in the order of their
// use.
type choice struct {
	fn    *function
	offer catalog.Offer
}

// tools chooses the APIs to offer: for every needed function one that works,
// often a marked variant beside it, and others. ok is false when the spec's
// demands on tools cannot be met for this question.
func (w *World) tools(s *spec, q question, r *rand.Rand) (list []choice, ok bool) {
	held := 0
	if s.heldOutTools {
		held = 1
	}
	var needed []*function
	for _, st := range q.steps {
		if !slices.Contains(needed, st.fn) {
			needed = append(needed, st.fn)
		}
	}
	favourite := map[*kind]string{}
	brands := map[*kind][]string{}
	for _, f := range needed {
		o := draw(r, f.offers[held][0])
		if name := favourite[f.kind]; name != "" && !s.distinctTools && r.IntN(2) == 0 {
			for _, x := range f.offers[held][0] {
				if x.Tool.Name == name {
					o = x
				}
			}
		}
		favourite[f.kind] = o.Tool.Name
		if !slices.Contains(brands[f.kind], o.Tool.Name) {
			brands[f.kind] = append(brands[f.kind], o.Tool.Name)
		}
		list = append(list, choice{f, o})
	}
	if s.distinctTools {
		ok = false
		for k := range brands { // order does not matter: any category will do
			ok = ok || (k.Key != "" && len(brands[k]) > 1)
		}
		if !ok {
			return nil, false
		}
	}
	for _, f := range needed {
		if marked := f.offers[held][1]; len(marked) > 0 && r.IntN(10) < 6 {
			list = append(list, choice{f, draw(r, marked)})
		}
	}
	if s.fill[1] > 0 {
		return w.fill(s, list, needed, held, r), true
	}
	for range s.distractors {
		list = w.distract(s, list, needed, held, r)
	}
	return list, true
}

func draw[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// distract adds an API that is not needed: 60 in 100 times of a category that is
// in use.
func (w *World) distract(s *spec, list []choice, needed []*function, held int, r *rand.Rand) []choice {
	for try := 0; ; try++ {
		k := draw(r, w.trainKinds)
		if r.IntN(10) < 6 && try < 20 {
			k = draw(r, needed).kind
		} else if s.newCategories && r.IntN(2) == 0 {
			k = draw(r, w.heldOutKinds)
		}
		f := draw(r, w.functions[k])
		if slices.Contains(needed, f) {
			continue
		}
		marked := 0
		if r.IntN(5) == 0 && len(f.offers[held][1]) > 0 {
			marked = 1
		}
		if len(f.offers[held][marked]) == 0 {
			continue
		}
		c := choice{f, draw(r, f.offers[held][marked])}
		if !contains(list, c) {
			return append(list, c)
		}
	}
}

// fill brings the list to the length of a ToolLens-like task with the most
// similar names there are: functions of the same categories, marked or not.
func (w *World) fill(s *spec, list []choice, needed []*function, held int, r *rand.Rand) []choice {
	length := s.fill[0] + r.IntN(s.fill[1]-s.fill[0]+1)
	var similar []choice
	seen := map[*kind]bool{}
	for _, f := range needed {
		if seen[f.kind] {
			continue
		}
		seen[f.kind] = true
		for _, g := range w.functions[f.kind] {
			for marked := range 2 {
				for _, o := range g.offers[held][marked] {
					if c := (choice{g, o}); !contains(list, c) {
						similar = append(similar, c)
					}
				}
			}
		}
	}
	r.Shuffle(len(similar), func(i, j int) { similar[i], similar[j] = similar[j], similar[i] })
	for len(list) < length && len(similar) > 0 {
		list, similar = append(list, similar[0]), similar[1:]
	}
	for len(list) < length {
		list = w.distract(s, list, needed, held, r)
	}
	return list
}

func contains(list []choice, c choice) bool {
	for _, x := range list {
		if x.fn == c.fn && x.offer.Tool.Name == c.offer.Tool.Name && x.offer.Marker == c.offer.Marker {
			return true
		}
	}
	return false
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
	e := &Env{Episode: toolenv.NewEpisode(task, b), backend: b, steps: q.steps, final: q.final, invented: inv.brands || inv.kinds}
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
