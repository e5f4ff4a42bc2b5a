package toolbench

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

// Env answers the calls of one task. It keeps nothing between calls and may be
// used by many goroutines, for several branches of a search at once.
type Env struct {
	task    *Task
	service service.Service
	options Options
}

// NewEnv makes an environment whose functions are answered by s.
func NewEnv(t *Task, s service.Service, o Options) *Env {
	if t == nil || s == nil {
		panic("toolbench: NewEnv: no task or no service")
	}
	return &Env{t, s, o}
}

// Task is the task whose calls e answers.
func (e *Env) Task() *Task { return e.task }

// Result is what a call led to.
type Result struct {
	Observation string // what the model reads, cut to Options.MaxObservation
	Code        toolenv.Status
	Name        string // of the function that answered, "" for none
	// SchemaError says where the arguments differ from the function's schema, or
	// the name from the function's; the call is made all the same.
	SchemaError string
	Fault       service.Fault // why the service had no answer, "" when it had one
	Err         error         // of the service, with the call it failed at; set with Fault
	Final       string        // the answer given with Finish, for StatusFinalAnswer
	// Crash says that the released inference would have ended here without an
	// output (only with Options.Released). The other fields are as by default.
	Crash error
}

// Done says whether the episode ends: with an answer or by giving up.
func (r *Result) Done() bool {
	return r.Code == toolenv.StatusFinalAnswer || r.Code == toolenv.StatusGaveUp
}

// Crash is a case in which the released inference ends with an exception.
type Crash struct {
	Exception string // of Python, such as KeyError
	Cause     string
}

func (c *Crash) Error() string {
	return fmt.Sprintf("the released inference ends here with %s: %s", c.Exception, c.Cause)
}

// Step answers a call: name is the function as the model wrote it, input its
// arguments. branch says where in the search the call stands; it is handed to the
// service and not read here. Nothing that a model or a tool sends makes Step
// fail: what is wrong is said by the observation and its code.
func (e *Env) Step(ctx context.Context, branch, name, input string) Result {
	r := e.step(ctx, branch, name, input)
	if limit := e.options.maxObservation(); limit >= 0 {
		r.Observation = toolenv.Truncate(r.Observation, limit)
	}
	return r
}

func (e *Env) step(ctx context.Context, branch, name, input string) Result {
	released := e.options.Released
	if name == toolenv.FinishName {
		return finishCall(input, released)
	}
	i := e.task.Find(name, released)
	switch {
	case i < 0:
		return Result{Observation: errorText("No such function name: " + name), Code: toolenv.StatusNoSuchFunction}
	case i == len(e.task.Names)-1: // an ending of "Finish"
		r := finishCall(input, released)
		if released {
			r.Crash = &Crash{"KeyError", fmt.Sprintf("%q reaches Finish, which is no API", name)}
		} else {
			r.SchemaError = join(nameNote(name, toolenv.FinishName), r.SchemaError)
		}
		return r
	}
	r := e.call(ctx, i, service.Request{
		Task: e.task.Query.ID, Branch: branch, Function: e.task.Names[i],
		Category: e.task.Categories[i], Tool: e.task.ToolNames[i], API: e.task.APINames[i],
		Input: input, Strip: e.options.strip(), Key: e.options.Key,
	})
	r.Name = e.task.Names[i]
	r.SchemaError = join(nameNote(name, r.Name), schemaError(e.task.APIs[i], input))
	return r
}

func (e *Env) call(ctx context.Context, i int, req service.Request) Result {
	if e.options.Released {
		if err := e.options.sleep(ctx, pauseBefore); err != nil {
			return e.failed(req, err)
		}
	}
	reply, err := e.ask(ctx, req)
	if err != nil {
		return e.failed(req, err)
	}
	if limit := e.options.maxReply(); len(reply.Body) > limit {
		return e.failed(req, &service.Error{Fault: service.TooLarge, Request: req, Err: fmt.Errorf("%d bytes, more than %d", len(reply.Body), limit)})
	}
	r := observe(reply, e.options.Released)
	if r.Code == toolenv.StatusRateLimit {
		if err := e.options.sleep(ctx, pauseRateLimit); err != nil {
			return e.failed(req, err)
		}
	}
	return r
}

func (e *Env) ask(ctx context.Context, req service.Request) (service.Reply, error) {
	if d := e.options.timeout(); d > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d)
		defer cancel()
	}
	return e.service.Call(ctx, req)
}

// failed is the result of a call that the service did not answer.
func (e *Env) failed(req service.Request, err error) Result {
	r := Result{Fault: service.FaultOf(err), Err: err}
	if r.Fault == service.Timeout {
		r.Observation, r.Code = errorText("Timeout error..."), toolenv.StatusTimeout
		return r
	}
	r.Observation, r.Code = errorText(fmt.Sprintf("request invalid, data error. fault=%s", r.Fault)), toolenv.StatusInvalidRequest
	if e.options.Released {
		r.Crash = &Crash{"ConnectionError", fmt.Sprintf("the tool server did not answer the call of %s: %v", req.Function, err)}
	}
	return r
}

// errorText is an observation without a response.
func errorText(message string) string {
	return pyliteral.Dumps(pyliteral.Dict{{Key: "error", Value: message}, {Key: "response", Value: ""}}, pyliteral.JSONStyle{ASCII: true})
}
