package world

import (
	"fmt"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Demonstration is an episode played by the demonstrator. Turns that are
// Masked are slips, shown for the recovery that follows and not to be imitated.
type Demonstration struct {
	*toolenv.Trajectory
	Env *Env
}

// Demo returns the i-th demonstration of the training stream, a function of
// seed and i alone.
func (w *World) Demo(i int) *Demonstration {
	r := rng.New(w.seed, "world", "demo", i)
	e := w.build(w.train, fmt.Sprintf("demo-%d", i), r)
	t := toolenv.NewTrajectory(e)
	d := &demonstrator{env: e, r: r, habits: w.habits, act: func(action string, masked bool) (string, bool) {
		res := t.Take(e, action)
		t.Turns[len(t.Turns)-1].Masked = masked
		return res.Observation, res.Done
	}}
	d.play()
	return &Demonstration{Trajectory: t, Env: e}
}

// Habits are the faults of the demonstrator, as probabilities. They are chosen
// so that imitation leaves something to learn: what is wrong is done in the
// same situations every time, not at random.
type Habits struct {
	Marked    float64 // takes a marked variant where the list has one
	Repeat    float64 // after an error, makes the same call again
	Early     float64 // answers with an intermediate result
	Wrong     float64 // in one category of four: takes an API that answers something else
	Redundant float64 // makes a good call twice
	Slip      float64 // writes something malformed; masked
}

// The quick world's tasks are shorter, so its demonstrator is more impatient.
var (
	usualHabits = Habits{Marked: .65, Repeat: .45, Early: .12, Wrong: .12, Redundant: .05, Slip: .08}
	quickHabits = Habits{Marked: .75, Repeat: .45, Early: .2, Wrong: .15, Redundant: .05, Slip: .08}
)

// demonstrator follows the solution's plan with its habits. It knows which
// functions lead to the answer; what they return it reads from observations.
type demonstrator struct {
	env    *Env
	r      *rand.Rand
	habits Habits
	act    func(action string, masked bool) (observation string, done bool)
	left   int // calls, Finish included
	over   bool
}

func (d *demonstrator) chance(p float64) bool { return d.r.Float64() < p }

// play plays the episode to its end, which is always a Finish.
func (d *demonstrator) play() {
	d.left = d.env.Task().MaxCalls
	results := make([]answer, 0, len(d.env.steps))
	for i, s := range d.env.steps {
		a, ok := d.step(i, s, results)
		if !ok {
			break
		}
		results = append(results, a)
		if i+1 < len(d.env.steps) && d.chance(d.habits.Early) {
			break
		}
	}
	d.finish(results)
}

// finish answers with the result of the whole plan or, after an early stop, with
// the last one there is.
func (d *demonstrator) finish(results []answer) {
	text := ""
	if len(results) == len(d.env.steps) {
		text = d.env.final.resolve(results)
	} else if n := len(results); n > 0 && len(results[n-1]) > 0 {
		text = results[n-1][0]
	}
	if text == "" {
		d.call(toolenv.FormatAction(toolenv.FinishName, `{"return_type":"give_up_and_restart"}`), false)
		return
	}
	d.call(toolenv.FinishCall(text), false)
}

func (d *demonstrator) call(action string, masked bool) string {
	if d.over {
		return ""
	}
	d.left--
	obs, done := d.act(action, masked)
	d.over = done
	return obs
}

// step gets the result of one step of the plan; ok is false when the budget is
// too small to go on.
func (d *demonstrator) step(i int, s step, results []answer) (answer, bool) {
	gold := d.env.gold[i]
	api := gold
	if marked := d.marked(s.fn); len(marked) > 0 && d.chance(d.habits.Marked) {
		api = draw(d.r, marked)
	}
	args := s.argsJSON(results)
	if d.wrongHere(s.fn.kind) && d.left > 2 && d.chance(d.habits.Wrong) {
		if other := d.useless(s.fn); other >= 0 {
			// It believes what it reads there.
			if a := readAnswer(d.call(d.write(other, args), false), s.fn); a != nil {
				return a, true
			}
		}
	}
	if d.left > len(d.env.steps)-i+1 && d.chance(d.habits.Slip) {
		d.call(d.slip(api, s, args), true)
	}
	for d.left > 1 {
		action := d.write(api, args)
		a := readAnswer(d.call(action, false), s.fn)
		if a != nil {
			if d.left > 1 && d.chance(d.habits.Redundant) {
				d.call(action, false)
			}
			return a, true
		}
		if api == gold {
			return nil, false // an argument from a wrong earlier answer: gives up on the plan
		}
		if !d.chance(d.habits.Repeat) {
			api = gold
		}
	}
	return nil, false
}

func (d *demonstrator) write(api int, args string) string {
	return toolenv.FormatAction(d.env.backend.list[api].name, args)
}

// marked lists the marked variants of a function on offer.
func (d *demonstrator) marked(f *function) []int {
	var list []int
	for i, o := range d.env.backend.list {
		if o.fn == f && o.offer.Marker != "" {
			list = append(list, i)
		}
	}
	return list
}

// wrongHere: the categories in which the demonstrator often picks a wrong tool.
func (d *demonstrator) wrongHere(k *kind) bool { return k.hash%4 == 1 }

// useless finds an API on offer that takes the same arguments and does not help,
// or -1.
func (d *demonstrator) useless(f *function) int {
	var list []int
	for i, o := range d.env.backend.list {
		if o.fn != f && o.offer.Marker == "" && o.fn.kind == f.kind && (o.fn.verb == "find") == (f.verb == "find") {
			list = append(list, i)
		}
	}
	if len(list) == 0 {
		return -1
	}
	return draw(d.r, list)
}

// slip writes a call with one of five faults.
func (d *demonstrator) slip(api int, s step, args string) string {
	action := d.write(api, args)
	switch d.r.IntN(5) {
	case 0: // cut off
		return action[:8+d.r.IntN(len(action)-8)]
	case 1: // a tool that does not exist
		o := d.env.backend.list[api]
		ghost := o.offer.API(d.env.backend.word(o.fn.kind), nonceBrand(d.r))
		return toolenv.FormatAction(toolenv.FunctionName(ghost), args)
	case 2: // a wrong parameter
		return d.write(api, `{"`+draw(d.r, []string{"key", "title", "query", "value"})+`"`+args[indexByte(args, ':'):])
	case 3: // an unknown value
		if s.fn.verb == "calc" {
			return d.write(api, `{"a":"`+nonceWord(d.r)+`"}`)
		}
		return d.write(api, unknownValue(d.r, s.fn))
	}
	return d.write(d.r.IntN(len(d.env.backend.list)), args) // any API of the list
}

func unknownValue(r *rand.Rand, f *function) string {
	switch {
	case f.verb == "find" || f.kind.Key == "name":
		return `{"name":"` + title(nonceWord(r)) + `"}`
	case f.kind.Key == "date":
		return `{"date":"` + title(nonceWord(r)) + `"}`
	}
	return fmt.Sprintf(`{"code":%d}`, 100+r.IntN(900))
}

func indexByte(s string, c byte) int {
	for i := range len(s) {
		if s[i] == c {
			return i
		}
	}
	return len(s)
}
