package virtual

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// real asks the real backend. ok says that the answer is to be given; else it is
// what the backend had to say, nil for nothing, and the error says why.
func (s *Server) real(ctx context.Context, c *call) (answer any, ok bool, e *Error) {
	reply, passed, e := s.askReal(ctx, c)
	if passed {
		return nil, false, nil
	}
	if e != nil {
		return nil, false, e
	}
	d, isDict := reply.(pyliteral.Dict)
	if !s.o.Released {
		if !finite(d) {
			return nil, false, fail(BadAnswer, "the real backend's answer holds NaN or an infinity")
		}
		if e := s.badKey(d); e != nil {
			return nil, false, e
		}
	}
	usable := s.usable(reply)
	if usable || isDict && wrongArguments(d) {
		if e := s.save(ctx, c, d, false); e != nil {
			return nil, false, e
		}
		switch {
		case !s.o.Released:
			d = without(d, "is_fake")
		case usable:
			return s.giveReleased(d)
		}
		return d, true, nil
	}
	if !s.o.Released {
		return without(d, "is_fake"), false, nil
	}
	text, _ := d.Get("error")
	if _, hasText := contains(text, ""); !hasText {
		return nil, false, fail(BadAnswer, `the real backend's answer has no "error" with a text`)
	}
	return nil, false, nil
}

// giveReleased fails where the released server fails, which has stored the answer
// by then.
func (s *Server) giveReleased(d pyliteral.Dict) (any, bool, *Error) {
	if e := s.badKey(d); e != nil {
		return nil, false, e
	}
	if !hasText(d) {
		return nil, false, fail(BadAnswer, `"response" is neither a text nor a list nor an object`)
	}
	return d, true, nil
}

// wrongArguments reports whether the backend says that the arguments of the call
// are wrong: that is for the caller to hear, not for a simulator to hide.
func wrongArguments(d pyliteral.Dict) bool {
	e, _ := d.Get("error")
	has := func(text string) bool { found, _ := contains(e, text); return found }
	return has("error") && (has("got an unexpected keyword argument") || has("missing 1 required positional argument"))
}

// askReal sends the call and reads the reply, outside of the released form a
// Dict. passed says that there was one, but not of the kind that counts.
func (s *Server) askReal(ctx context.Context, c *call) (reply any, passed bool, e *Error) {
	key := c.Key
	if s.o.RealKey != "" {
		key = s.o.RealKey
	}
	if !headerText(key) {
		return nil, false, fail(InvalidRequest, "toolbench_key has characters that a header cannot hold")
	}
	body := pyliteral.Dict{
		{Key: "category", Value: c.place.Category}, {Key: "tool_name", Value: c.realTool}, {Key: "api_name", Value: c.place.API},
		{Key: "tool_input", Value: c.args}, {Key: "strip", Value: ""}, {Key: keyHeader, Value: key},
	}
	a, err := s.guard.Do(ctx, http.MethodPost, s.o.Real, callHeader(key), []byte(pyliteral.Dumps(body, pyliteral.JSONStyle{ASCII: true})), keyHeader)
	if err != nil {
		e := upstream(realCode, err)
		c.note.Real = e.Code
		return nil, s.o.Released && endpoint.KindOf(err) == endpoint.Redirect, e
	}
	if !s.o.Released {
		reply, e = s.readReal(a, c)
	} else if a.Status != http.StatusOK {
		return nil, true, nil
	} else if reply, err = pyliteral.FromJSON(string(a.Body)); err != nil {
		e = &Error{realCode + "malformed", fmt.Errorf("the answer is not JSON: %w", err)}
	}
	if e != nil {
		c.note.Real = e.Code
		e.Err = hide(e.Err, key)
	}
	return reply, false, e
}

// hide takes a key out of an error: backends repeat what they were sent.
func hide(err error, key string) error {
	if text := err.Error(); key != "" && strings.Contains(text, key) {
		return errors.New(strings.ReplaceAll(text, key, "[key]"))
	}
	return err
}
