package virtual

import (
	"context"
	"errors"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

// answer finds the answer to a request: a stored one, the real backend's, a
// stored one of the simulator, a new one of the simulator.
func (s *Server) answer(ctx context.Context, r *request, n *note) (any, *Error) {
	p, e := s.locate(r)
	if e != nil {
		return nil, e
	}
	n.Category, n.Tool, n.API = p.Category, p.Tool, p.API
	if p.API == "chat_with_user" {
		n.Source = "fixed"
		return object("", "Chat with user."), nil
	}
	args, ok := r.arguments()
	if !ok {
		n.Source = "fixed"
		return object("Tool input parse error...\n", ""), nil
	}
	c := &call{request: r, place: p, args: args, key: pyliteral.Str(args), note: n}
	n.Key = c.key
	stored, e := s.stored(ctx, c)
	if e != nil {
		return nil, e
	}
	if stored.hit {
		n.Source = "stored"
		if s.o.Released {
			return stored.value, s.badKey(stored.value)
		}
		return stored.value, nil
	}
	var last any // what the real backend said, when it was not good
	var lastError *Error
	if s.o.Real != "" {
		answer, ok, e := s.real(ctx, c)
		if ok || e != nil && s.o.Released {
			n.Source = "real"
			return answer, e
		}
		last, lastError = answer, e
	}
	if stored.found && stored.fake && !s.o.Released && !failedSimulation(stored.value) {
		n.Source = "stored"
		return stored.value, nil
	}
	if stored.broken {
		return nil, fail(BadAnswer, "what is stored for %s with %.200s is no answer", p.Name, c.key)
	}
	if s.o.Simulator != nil {
		n.Source = "simulator"
		return s.simulate(ctx, c, stored)
	}
	switch { // nothing good, but what the tool said
	case last != nil:
		n.Source = "real"
		return last, nil
	case stored.value != nil:
		n.Source = "stored"
		return stored.value, s.badKey(stored.value)
	case lastError != nil:
		return nil, lastError
	}
	return nil, fail(NoAnswer, "nothing is stored for %s with %.200s, and neither a real backend nor a simulator is configured", p.Name, c.key)
}

// call is a request with what was read out of it.
type call struct {
	*request
	place
	args any
	key  string
	note *note
}

// stored is what the cache holds for a call.
type stored struct {
	found, fake, hit bool
	broken           bool // null, a number or a boolean, at which the released server fails
	value            any  // the answer without "is_fake"; nil when there is none, or it is no object
}

// stored looks a call up. A hit is an answer to give at once: in the released
// form and in ours one that is not the simulator's and is usable; upstream any.
func (s *Server) stored(ctx context.Context, c *call) (out stored, e *Error) {
	if s.o.Store == nil {
		return out, nil
	}
	v, ok, err := s.o.Store.Get(ctx, c.Name, c.key)
	if err != nil {
		return out, s.storeFailed(c, err)
	}
	out.found = ok
	d, isDict := v.(pyliteral.Dict)
	if !ok || !isDict {
		_, readable := contains(v, "")
		out.broken = ok && !readable && s.o.Released
		return out, nil
	}
	fake, _ := d.Get("is_fake")
	out.fake = truth(fake)
	d = without(d, "is_fake")
	out.value = d
	switch {
	case s.o.Upstream:
		out.hit = finite(d)
	case out.fake || !s.usable(d):
	case s.o.Released:
		out.hit = hasText(d) // where it fails, the release goes on
	default:
		out.hit = s.badKey(d) == nil && finite(d)
	}
	return out, nil
}

// save stores an answer, unless the server was told not to. Where an API is full,
// the answer is given all the same.
func (s *Server) save(ctx context.Context, c *call, answer pyliteral.Dict, fake bool) *Error {
	if !s.o.Save || s.o.Store == nil {
		return nil
	}
	err := s.o.Store.Put(ctx, c.Name, store.Entry{Key: c.key, Value: with(answer, "is_fake", fake)})
	switch {
	case errors.Is(err, store.ErrFull):
		c.note.Full = true
	case err != nil:
		return s.storeFailed(c, err)
	}
	return nil
}

// storeFailed is the error of a store that cannot be read or written. The released
// server goes on as if nothing were stored there; only the log says so.
func (s *Server) storeFailed(c *call, err error) *Error {
	e := &Error{StoreFailed, err}
	if !s.o.Released {
		return e
	}
	c.note.Code, c.note.Error = e.Code, e.Error()
	return nil
}
