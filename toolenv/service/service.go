package service

import (
	"context"
	"errors"
	"fmt"
)

// Request is one call of an API, as ToolBench's inference sends it to a tool
// server, with what a recorder needs beside it.
type Request struct {
	// Task and Branch say who asks: the id of the task, and the place in its
	// search as the indices of the candidates on the way from the root, such as
	// "0.1.0". Neither is sent over a wire.
	Task, Branch string

	Function string // the name the model called, such as "search_for_imdb"
	Category string // as in the tool folder, such as "Movies"
	Tool     string // standardised name of the tool
	API      string // standardised name of the API
	Input    string // the arguments, as the model wrote them
	Strip    string // how the server should shorten the answer: truncate, filter or random
	Key      string // of the tool server; never recorded
}

// Reply is a service's answer before anybody has interpreted it. For a service
// that is not behind HTTP it is what such a server would have sent.
type Reply struct {
	Status      int    // of HTTP
	ContentType string // of HTTP, "" when there was none
	Body        []byte
}

// Service answers calls. It may be called by many goroutines; an answer may
// depend on the request and on how often it was made on its branch, never on
// time or on other tasks.
type Service interface {
	Call(ctx context.Context, r Request) (Reply, error)
}

// Func is a Service that is one function.
type Func func(ctx context.Context, r Request) (Reply, error)

// Call calls f.
func (f Func) Call(ctx context.Context, r Request) (Reply, error) { return f(ctx, r) }

// Fault says in one word why a service has no answer. Results count calls by it.
type Fault string

// The faults.
const (
	Timeout   Fault = "timeout"   // no complete answer before the deadline
	Refused   Fault = "refused"   // no connection, or one that ended before the answer did
	TooLarge  Fault = "too_large" // an answer beyond the limit on its size
	Redirect  Fault = "redirect"  // a redirect to a host that is not allowed
	Forbidden Fault = "forbidden" // the request itself would have gone to such a host, or named a path it must not
	Missing   Fault = "missing"   // a replay without a record of this call
	Broken    Fault = "broken"    // anything else that is not an answer
)

// Error is the failure of a service to answer.
type Error struct {
	Fault   Fault
	Request Request
	Err     error
}

// Error names the call and the cause.
func (e *Error) Error() string {
	return fmt.Sprintf("tool call %s (task %s, branch %s): %s: %v", e.Request.Function, e.Request.Task, e.Request.Branch, e.Fault, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// FaultOf is the fault of an error: that of an *Error in its chain, Timeout for
// a deadline that passed, else Broken.
func FaultOf(err error) Fault {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Fault
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout
	}
	return Broken
}
