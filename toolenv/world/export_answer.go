package world

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Desk answers single calls from outside an episode: what a tool server or a
// ToolBench pipeline asks of this world. It may be used by many goroutines.
type Desk struct {
	w     *World
	open  map[bool]*backend // all tools, for training or evaluation
	names map[string]int    // their functions, by name

	mu    sync.Mutex
	sets  map[string][]*Env // as far as they were asked for
	train map[int]*Env      // some tasks of training
}

// The tasks that a desk keeps: those of a set up to a number, and so many of
// training.
const (
	maxSetTask = 10_000
	maxTrain   = 1024
)

// Ask is a call to a Desk.
type Ask struct {
	// Task is the id of a task of one of the Sets ("I1-inst-3") or of the training
	// stream ("train-17"): the call is answered as in that task's episode, its flaky
	// APIs and invented names included. For any other text, all tools of the world
	// answer, by their own names.
	Task string
	// Training: without a known task, records that training uses are found rather
	// than those of the evaluation sets.
	Training   bool
	Category   string // as the catalogue spells it; "" for any
	Function   string // {api}_for_{tool}
	Args       string // a JSON object
	Occurrence int    // how often the task made this call before
}

// Desk opens a desk.
func (w *World) Desk() *Desk {
	d := &Desk{w: w, names: map[string]int{}, sets: map[string][]*Env{}, train: map[int]*Env{}}
	evaluation := &backend{base: w.base, pool: 1, seed: rng.Derive(w.opt.BenchmarkSeed, "world", "desk")}
	for _, k := range w.base.kinds {
		for _, f := range w.functions[k] {
			for _, o := range slices.Concat(f.offers[0][0], f.offers[0][1], f.offers[1][0], f.offers[1][1]) {
				name := toolenv.FunctionName(o.API(k.Word, o.Tool.Name))
				d.names[name] = len(evaluation.list)
				evaluation.list = append(evaluation.list, offered{fn: f, offer: o, name: name, second: hashString(name)%2 == 0})
			}
		}
	}
	training := *evaluation
	training.pool = 0
	d.open = map[bool]*backend{false: evaluation, true: &training}
	return d
}

// Answer answers as the API would. A call that an episode would refuse before it
// reaches an API (arguments that do not fit, an unknown function) is refused in the
// same words.
func (d *Desk) Answer(a Ask) toolenv.Response {
	b, at := d.find(a)
	if at < 0 {
		return refuse(toolenv.StatusNoSuchFunction, "No such function name: "+cut(a.Function, 64))
	}
	o := &b.list[at]
	args, err := arguments(a.Args)
	if err == nil {
		err = toolenv.Validate(o.api(b), args)
	}
	if err != nil {
		return refuse(toolenv.StatusInvalidRequest, err.Error())
	}
	return b.Call(at, args, a.Occurrence)
}

// Canonical is the text by which a call's repeats are counted: calls that an
// episode counts as the same have the same one.
func (a Ask) Canonical() string {
	args, err := arguments(a.Args)
	if err != nil {
		return a.Function + a.Args
	}
	return a.Function + toolenv.CanonicalArgs(args)
}

// arguments reads an input; none at all is an empty object, as for ToolBench's
// server.
func arguments(input string) (map[string]any, error) {
	if strings.TrimSpace(input) == "" {
		return map[string]any{}, nil
	}
	if !json.Valid([]byte(input)) {
		return nil, errArguments
	}
	args, err := toolenv.DecodeArgs(json.RawMessage(input))
	if err != nil || args == nil {
		return nil, errArguments
	}
	return args, nil
}

var errArguments = &toolenv.ArgumentError{Text: "invalid arguments"}

// find is who answers a call, and which of its APIs; -1 when there is none.
func (d *Desk) find(a Ask) (*backend, int) {
	b := d.open[a.Training]
	if e := d.task(a.Task); e != nil {
		for i := range e.backend.list {
			if o := &e.backend.list[i]; o.name == a.Function && o.in(a.Category) {
				return e.backend, i
			}
		}
		b = d.open[e.backend.pool == 0]
	}
	if i, ok := d.names[a.Function]; ok && b.list[i].in(a.Category) {
		return b, i
	}
	return b, -1
}

// task is the task of an id, or nil.
func (d *Desk) task(id string) *Env {
	at := strings.LastIndexByte(id, '-')
	if at < 0 {
		return nil
	}
	set, text := id[:at], id[at+1:]
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || strconv.Itoa(n) != text {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case set == d.w.train.name:
		return d.trainTask(n)
	case n >= maxSetTask || !slices.Contains(Sets, set):
		return nil
	}
	if n >= len(d.sets[set]) { // a set begins with the tasks of a shorter one
		longer := *d.w
		longer.opt.Tasks = min(max(n+1, 2*len(d.sets[set]), d.w.opt.Tasks), maxSetTask)
		d.sets[set] = longer.Set(set)
	}
	return d.sets[set][n]
}

func (d *Desk) trainTask(n int) *Env {
	e := d.train[n]
	if e == nil {
		if len(d.train) >= maxTrain {
			clear(d.train)
		}
		e = d.w.TrainTask(n)
		d.train[n] = e
	}
	return e
}

func (o *offered) in(category string) bool {
	return category == "" || category == o.offer.Category.Name
}

// api describes what is offered, under the names of the task.
func (o *offered) api(b *backend) toolenv.API {
	return o.offer.API(b.word(o.fn.kind), o.offer.Tool.Name)
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
