package toolenv

import (
	"encoding/json"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Env is one episode of one task, seen from the side of whoever drives a policy.
type Env interface {
	Task() *Task
	// System and User are the two texts a conversation starts with.
	System() string
	User() string
	// Reset puts the episode back to its beginning. The same actions then get the
	// same answers.
	Reset()
	// Step takes the text of an action and answers it.
	Step(action string) StepResult
}

// StepResult is what an action led to.
type StepResult struct {
	Call        *Call // nil when the text could not be parsed
	ParseError  string
	Status      Status
	Observation string
	// Failed: the action was malformed or was answered by an error.
	Failed bool
	// Milestone is the task's milestone (index) that this call answered for the
	// first time, or -1.
	Milestone int
	Done      bool
	Solved    bool
	Outcome   Outcome // set when Done
}

// Outcome says how an episode ended.
type Outcome string

// The five ways in which an episode ends.
const (
	Solved    Outcome = "solved"    // Finish with the right answer
	Finished  Outcome = "finished"  // Finish with a wrong one
	GaveUp    Outcome = "gaveup"    // Finish without one
	Budget    Outcome = "budget"    // all calls used: a failure like any other
	Truncated Outcome = "truncated" // the context was full: an accident of the implementation, not of the task
)

// Backend answers calls that are well formed: the function exists and the
// arguments fit its schema. Answers must be a function of task, API, arguments
// and occurrence only, never of time or of other episodes.
type Backend interface {
	// Call answers a call of task.APIs[api]. occurrence counts the earlier calls of
	// this episode with the same function and arguments.
	Call(api int, args map[string]any, occurrence int) Response
}

// Response is a backend's answer.
type Response struct {
	Error string // "" when the API answered
	Body  string // JSON text
	// Status is StatusOK unless the error is one of ToolBench's.
	Status Status
	// Fact names the question that was answered correctly (see Milestone.Fact);
	// "" when the answer is an error, stale, empty or beside the point.
	Fact string
}

// Episode is the Env of a Task and a Backend.
type Episode struct {
	task    *Task
	backend Backend
	names   []string
	limit   int // characters of an observation

	calls    int
	seen     map[string]int // function and arguments -> how often called
	answered []bool         // per milestone
	done     bool
}

// MaxObservation is how many characters of an observation a policy sees.
const MaxObservation = 1024

// NewEpisode returns an episode that has not begun.
func NewEpisode(task *Task, backend Backend) *Episode {
	e := &Episode{task: task, backend: backend, names: task.Names(), limit: MaxObservation}
	e.Reset()
	return e
}

// Fresh returns a second, independent episode of the same task.
func (e *Episode) Fresh() *Episode {
	f := &Episode{task: e.task, backend: e.backend, names: e.names, limit: e.limit}
	f.Reset()
	return f
}

// Task implements Env.
func (e *Episode) Task() *Task { return e.task }

// System lists the functions on offer; see SystemPrompt.
func (e *Episode) System() string { return SystemPrompt(e.names) }

// User is the task's query.
func (e *Episode) User() string { return e.task.Query }

// CallsLeft is how many calls the budget still allows.
func (e *Episode) CallsLeft() int { return e.task.MaxCalls - e.calls }

// Reset implements Env: no call has been made.
func (e *Episode) Reset() {
	e.calls, e.done = 0, false
	e.seen = map[string]int{}
	e.answered = make([]bool, len(e.task.Plan))
}

// Step answers an action. Every action uses up one call of the budget, also one
// that cannot be parsed; the episode ends with Finish or with the budget. It
// panics when the episode has ended.
func (e *Episode) Step(action string) StepResult {
	if e.done {
		panic("toolenv: Episode.Step: the episode of task " + e.task.ID + " has ended; call Reset first")
	}
	e.calls++
	r := e.step(action)
	r.Observation = Truncate(r.Observation, e.limit)
	if !r.Done && e.calls >= e.task.MaxCalls {
		r.Done, r.Outcome = true, Budget
	}
	e.done = r.Done
	return r
}

func (e *Episode) step(action string) StepResult {
	call, _, err := ParseReAct(action)
	if err != nil {
		perr := err.(*ParseError)
		return StepResult{ParseError: string(perr.Kind), Status: StatusUnparsable, Observation: perr.Observation(), Failed: true, Milestone: -1}
	}
	r := StepResult{Call: &call, Milestone: -1}
	args, err := DecodeArgs(call.Args)
	switch {
	case err != nil:
		r.Status, r.Failed = StatusInvalidRequest, true
		r.Observation = Observation("invalid arguments", "")
	case call.Name == FinishName:
		e.finish(&r, args)
	default:
		e.call(&r, call, args)
	}
	return r
}

func (e *Episode) finish(r *StepResult, args map[string]any) {
	var answer string
	r.Observation, r.Status, answer = finish(args)
	switch r.Status {
	case StatusFinishInvalid:
		r.Failed = true
	case StatusGaveUp:
		r.Done, r.Outcome = true, GaveUp
	default:
		r.Done, r.Outcome = true, Finished
		if r.Solved = e.task.Solves(answer); r.Solved {
			r.Outcome = Solved
		}
	}
}

func (e *Episode) call(r *StepResult, call Call, args map[string]any) {
	api := e.find(call.Name)
	if api < 0 {
		r.Status, r.Failed = StatusNoSuchFunction, true
		r.Observation = Observation("No such function name: "+pyliteral.First(call.Name, 64), "")
		return
	}
	if err := Validate(e.task.APIs[api], args); err != nil {
		r.Status, r.Failed = StatusInvalidRequest, true
		r.Observation = Observation(err.Error(), "")
		return
	}
	key := call.Name + CanonicalArgs(args)
	occurrence := e.seen[key]
	e.seen[key]++
	resp := e.backend.Call(api, args, occurrence)
	r.Status, r.Failed = resp.Status, resp.Error != ""
	r.Observation = Observation(resp.Error, resp.Body)
	if resp.Fact == "" || r.Failed {
		return
	}
	for i, m := range e.task.Plan {
		if m.Fact == resp.Fact && !e.answered[i] {
			e.answered[i], r.Milestone = true, i
			break
		}
	}
}

// find returns the API with exactly this function name, or -1. (The release
// takes the first function whose name ends with it, so that "" calls the first
// of all; a policy that learns here should not learn that.)
func (e *Episode) find(name string) int {
	for i, n := range e.names {
		if n == name {
			return i
		}
	}
	return -1
}

// CanonicalArgs writes decoded arguments as compact JSON with sorted keys, so
// that equal arguments have equal texts.
func CanonicalArgs(args map[string]any) string {
	b, err := json.Marshal(args)
	if err != nil {
		panic(fmt.Sprintf("toolenv: CanonicalArgs: %v", err)) // decoded JSON always encodes
	}
	return string(b)
}
