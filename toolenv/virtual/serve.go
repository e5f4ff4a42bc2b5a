package virtual

import (
	"context"
	"net/http"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

// Serve puts a service behind POST /virtual: what it replies is what is sent. A
// failure to reply is an [Error] with a real_ code.
func Serve(s service.Service, l Limits) http.Handler {
	return newFront(l, func(ctx context.Context, r *request, n *note) (service.Reply, *Error) {
		n.Category, n.Tool, n.API, n.Source = r.Category, r.Tool, r.API, "real"
		input, ok := r.Input.(string)
		if !ok {
			input = pyliteral.Dumps(r.Input, pyliteral.JSONStyle{})
		}
		n.Key = input
		reply, err := s.Call(ctx, service.Request{Category: r.Category, Tool: r.Tool, API: r.API, Input: input, Strip: r.Strip, Key: r.Key})
		if err != nil {
			return reply, &Error{realCode + kindOf(service.FaultOf(err)), err}
		}
		return reply, nil
	})
}

// kindOf is the kind of failure that a fault stands for.
func kindOf(f service.Fault) Code {
	switch f {
	case service.Timeout, service.Refused, service.TooLarge, service.Redirect, service.Forbidden:
		return Code(f)
	}
	return Code(endpoint.Shape)
}
