package world

import (
	"fmt"
	"iter"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

// Options choose a world. The zero value is the default world.
type Options struct {
	// Quick: eight training categories, chains of at most two relations, one
	// distractor, 7 calls, smaller sets.
	Quick bool
	// Tasks per evaluation set; 0 means 100, or 48 when Quick.
	Tasks int
	// Calls is the budget of an episode, Finish included, which demonstrations keep
	// to as well; it must exceed LongestPlan. 0 means 9, or 7 when Quick.
	Calls int
	// BenchmarkSeed makes the knowledge base and the evaluation sets. 0 means 1, so
	// that runs with different seeds are measured on the same tasks.
	BenchmarkSeed uint64
}

// World is a knowledge base, the tools over it, and the streams of tasks. All
// methods may be called by many goroutines.
type World struct {
	seed  uint64
	opt   Options
	cats  []*catalog.Category
	base  *base
	train *spec

	trainKinds   []*kind // categories with records that training asks about
	heldOutKinds []*kind
	lists        []*field // fields of training categories that list records with a number
	functions    map[*kind][]*function
	byLabel      map[string]*function
	maxCalls     int
	habits       Habits // of the demonstrator
}

// New returns the world of a seed: it makes the training stream, the
// demonstrations included.
func New(seed uint64, opt Options) *World {
	if opt.Tasks == 0 {
		opt.Tasks = 100
		if opt.Quick {
			opt.Tasks = 48
		}
	}
	if opt.BenchmarkSeed == 0 {
		opt.BenchmarkSeed = 1
	}
	w := &World{seed: seed, opt: opt, cats: catalog.All(opt.Quick), maxCalls: 9, habits: usualHabits, functions: map[*kind][]*function{}, byLabel: map[string]*function{}}
	if opt.Quick {
		w.maxCalls, w.habits = 7, quickHabits
	}
	if opt.Calls > 0 {
		w.maxCalls = opt.Calls
	}
	if longest := LongestPlan(opt.Quick); w.maxCalls <= longest {
		panic(fmt.Sprintf("world: New: a budget of %d calls, the longest solution takes %d and Finish", w.maxCalls, longest))
	}
	w.base = newBase(rng.Derive(opt.BenchmarkSeed, "world"), w.cats)
	w.train = trainSpec(opt.Quick)
	for _, k := range w.base.kinds {
		w.functions[k] = functionsOf(k)
		for _, f := range w.functions[k] {
			w.byLabel[f.label()] = f
		}
		switch {
		case k.Key == "":
		case k.HeldOut:
			w.heldOutKinds = append(w.heldOutKinds, k)
		default:
			w.trainKinds = append(w.trainKinds, k)
			for _, f := range k.fields {
				if f.Many {
					w.lists = append(w.lists, f)
				}
			}
		}
	}
	return w
}

// function returns film.director and the like.
func (w *World) function(category, word string) *function {
	f, ok := w.byLabel[category+"."+word]
	if !ok {
		panic("world: no function " + category + "." + word)
	}
	return f
}

// MaxCalls is the budget of every task, Finish included.
func (w *World) MaxCalls() int { return w.maxCalls }

// TrainTask returns the i-th task of the stream that reinforcement learning
// trains on. It is a function of seed and i alone; calling it again gives an
// independent episode.
func (w *World) TrainTask(i int) *Env {
	return w.build(w.train, fmt.Sprintf("train-%d", i), rng.New(w.seed, "world", "task", i))
}

// Set returns the tasks of an evaluation set, which are the same for every seed
// (see Options.BenchmarkSeed). It returns nil for a name that is not in Sets.
func (w *World) Set(name string) []*Env {
	s := setSpec(name, w.opt.Quick)
	if s == nil {
		return nil
	}
	var envs []*Env
	asked := map[string]bool{}
	for i := 0; len(envs) < w.opt.Tasks; i++ {
		e := w.build(s, fmt.Sprintf("%s-%d", name, len(envs)), rng.New(w.opt.BenchmarkSeed, "world", "set", name, i))
		if !asked[e.Task().Query] {
			asked[e.Task().Query] = true
			envs = append(envs, e)
		}
	}
	return envs
}

// Texts yields the pieces of text of the first n demonstrations, each as the
// model will meet it: what a tokenizer for this world is trained on. Nothing of
// the evaluation sets is in it.
func (w *World) Texts(n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range n {
			d := w.Demo(i)
			if !yield(d.System) || !yield(d.User) {
				return
			}
			for _, t := range d.Turns {
				if !yield(t.Action) || !yield(t.Observation) {
					return
				}
			}
		}
	}
}

// Envs lists environments by their interface, each task n times in a row as
// independent episodes.
func Envs(list []*Env, n int) []toolenv.Env {
	var out []toolenv.Env
	for _, e := range list {
		for s := range n {
			if s == 0 {
				out = append(out, e)
			} else {
				out = append(out, e.Fresh())
			}
		}
	}
	return out
}
