package world

import (
	"context"
	"math/rand/v2"
	"strings"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Scripted policies: they know the tasks, so they show what can be reached and
// what a reward makes of bad manners.

// Oracle plays every task by its plan and answers.
func Oracle(envs []*Env) toolenv.Policy {
	return scripted(envs, func(e *Env) []string { return append(e.goldActions(), e.goldFinish()) })
}

// Repeater plays by the plan and then repeats the last good call until the
// budget is used up. It never answers.
func Repeater(envs []*Env) toolenv.Policy {
	return scripted(envs, (*Env).repeating)
}

// scripted plays fixed lists of actions; conversation i belongs to envs[i].
func scripted(envs []*Env, actions func(*Env) []string) toolenv.Policy {
	return toolenv.PolicyFunc(func(_ context.Context, c *toolenv.Conversation) (toolenv.Action, error) {
		return toolenv.Action{Text: actions(envs[c.ID])[len(c.Turns)]}, nil
	})
}

func (e *Env) goldActions() []string {
	results, _, _ := e.backend.base.solve(e.steps, e.final)
	var list []string
	for i, s := range e.steps {
		list = append(list, toolenv.FormatAction(e.backend.list[e.gold[i]].name, s.argsJSON(results[:i])))
	}
	return list
}

func (e *Env) goldFinish() string { return toolenv.FinishCall(e.Task().Answer) }

func (e *Env) repeating() []string {
	list := e.goldActions()
	for len(list) < e.Task().MaxCalls {
		list = append(list, list[len(list)-1])
	}
	return list
}

// Demonstrator plays like the demonstrator, without slips.
func (w *World) Demonstrator(envs []*Env, seed uint64) toolenv.Policy {
	return player(func(i int, act func(string, bool) (string, bool)) {
		h := w.habits
		h.Slip = 0
		d := &demonstrator{env: envs[i], r: rng.New(seed, "demonstrator", i), habits: h, act: act}
		d.play()
	})
}

// player is a Policy whose play is a function that acts until the episode ends.
type player func(i int, act func(action string, masked bool) (observation string, done bool))

func (p player) Play(ctx context.Context, convs []*toolenv.Conversation, react toolenv.React) error {
	for i := range convs {
		if err := ctx.Err(); err != nil {
			return err
		}
		p(i, func(action string, _ bool) (string, bool) { return react(i, toolenv.Action{Text: action}) })
	}
	return nil
}

// Random calls APIs of the list with what the query puts in quotes, and ends
// with such a word as its answer: well-formed, and ignorant.
func Random(envs []*Env, seed uint64) toolenv.Policy {
	return player(func(i int, act func(string, bool) (string, bool)) {
		r := rng.New(seed, "random", i)
		e := envs[i]
		words := quoted(e.Task().Query)
		for {
			o := draw(r, e.backend.list)
			if r.IntN(len(e.backend.list)+1) == 0 {
				act(toolenv.FinishCall(draw(r, words)), false)
				return
			}
			if _, done := act(toolenv.FormatAction(o.name, randomArgs(r, o.fn, words)), false); done {
				return
			}
		}
	})
}

func randomArgs(r *rand.Rand, f *function, words []string) string {
	text := draw(r, words)
	switch {
	case f.verb == "calc":
		return `{"a":1,"b":2}`
	case f.verb == "find" || f.kind.Key == "name":
		return `{"name":` + toolenv.QuoteJSON(text) + `}`
	case f.kind.Key == "date":
		return `{"date":` + toolenv.QuoteJSON(text) + `}`
	}
	return `{"code":1000}`
}

func quoted(query string) []string {
	var list []string
	for i, part := range strings.Split(query, `"`) {
		if i%2 == 1 {
			list = append(list, part)
		}
	}
	return list
}

// Evidence for reward.Guard: n training tasks solved in the shortest way and
// played by the repeating adversary, and n demonstrations.
func (w *World) Evidence(n int) (shortest, repeating, demonstrations []*toolenv.Trajectory) {
	for i := range n {
		d := w.Demo(i)
		demonstrations = append(demonstrations, d.Trajectory)
		shortest = append(shortest, d.Env.record(append(d.Env.goldActions(), d.Env.goldFinish())))
		repeating = append(repeating, d.Env.record(d.Env.repeating()))
	}
	return shortest, repeating, demonstrations
}

// record plays a fresh episode with given actions.
func (e *Env) record(actions []string) *toolenv.Trajectory {
	f := e.Fresh()
	t := toolenv.NewTrajectory(f)
	for _, a := range actions {
		t.Take(f, a)
	}
	return t
}
