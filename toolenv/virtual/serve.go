package virtual

import (
	"context"
	"net/http"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

// Serve puts a service behind POST /virtual: what it replies is what is sent. A
// failure to reply is an [Error] with a real_ code. maxBody bounds the size of
// requests in bytes; 0 means 1 MiB.
func Serve(s service.Service, maxBody int64) http.Handler {
	if maxBody <= 0 {
		maxBody = 1 << 20
	}
	answer := func(ctx context.Context, contentType string, body []byte) service.Reply {
		r, e := parseRequest(contentType, body)
		if e != nil {
			return refusal(e)
		}
		input, ok := r.Input.(string)
		if !ok {
			input = pyliteral.Dumps(r.Input, pyliteral.JSONStyle{})
		}
		reply, err := s.Call(ctx, service.Request{Category: r.Category, Tool: r.Tool, API: r.API, Input: input, Strip: r.Strip, Key: r.Key})
		if err != nil {
			return refusal(&Error{realCode + kindOf(service.FaultOf(err)), err})
		}
		return reply
	}
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { serveHTTP(w, q, maxBody, answer) })
}

// kindOf is the kind of failure that a fault stands for.
func kindOf(f service.Fault) Code {
	switch f {
	case service.Timeout, service.Refused, service.TooLarge, service.Redirect, service.Forbidden:
		return Code(f)
	}
	return Code(endpoint.Shape)
}
