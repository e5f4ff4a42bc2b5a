package world

import "github.com/stepgrain/stepgrain/toolenv"

// Measure counts the tokens of the pieces of a conversation as they are laid out
// for a model.
type Measure struct {
	Prompt      func(system, user string) int
	Action      func(text string) int // with the end of the turn
	Observation func(text string) int // with the header of the next action
}

// WorstCase is the largest number of tokens of an episode that makes every call
// of a solution (by the longest name on offer for it, and with the longest answer
// that this gets), repeats the longest of them until one call is left, and then
// answers: over all evaluation sets and the first n training tasks. In a context
// of that size the budget of calls runs out before the context, unless a policy
// rambles. It also returns the id of the task.
func (w *World) WorstCase(m Measure, n int) (tokens int, task string) {
	look := func(e *Env) {
		if t := e.worstCase(m); t > tokens {
			tokens, task = t, e.Task().ID
		}
	}
	for i := range n {
		look(w.TrainTask(i))
	}
	for _, name := range Sets {
		for _, e := range w.Set(name) {
			look(e)
		}
	}
	return tokens, task
}

func (e *Env) worstCase(m Measure) int {
	total := m.Prompt(e.System(), e.User()) + m.Action(e.goldFinish())
	results, _, _ := e.backend.base.solve(e.steps, e.final)
	longest := 0
	for i, s := range e.steps {
		args := s.argsJSON(results[:i])
		action, observation := 0, 0
		for _, o := range e.backend.list {
			if o.fn != s.fn {
				continue
			}
			text := toolenv.FormatAction(o.name, args)
			action = max(action, m.Action(text))
			observation = max(observation, m.Observation(e.Fresh().Step(text).Observation))
		}
		total += action + observation
		longest = max(longest, action+observation)
	}
	return total + (e.Task().MaxCalls-1-len(e.steps))*longest
}
