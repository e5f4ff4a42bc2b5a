package virtual

import (
	"context"
	"net/http"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// real asks the real backend. ok says that the answer is to be given; else it is
// what the backend had to say, nil for nothing, and the error says why.
func (s *Server) real(ctx context.Context, c *call) (answer any, ok bool, e *Error) {
	reply, e := s.askReal(ctx, c)
	if e != nil || reply == nil {
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
	if s.usable(reply) || isDict && wrongArguments(d) {
		if e := s.save(ctx, c, d, false); e != nil {
			return nil, false, e
		}
		return s.give(without(d, "is_fake"))
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

// give checks an answer before it is given.
func (s *Server) give(d pyliteral.Dict) (any, bool, *Error) {
	if s.o.Released {
		if e := s.badKey(d); e != nil {
			return nil, false, e
		}
		if !hasText(d) {
			return nil, false, fail(BadAnswer, `"response" is neither a text nor a list nor an object`)
		}
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

// askReal sends the call and reads the reply: nil when it is to be passed over,
// and outside of the released form a Dict.
func (s *Server) askReal(ctx context.Context, c *call) (any, *Error) {
	key := c.Key
	if s.o.RealKey != "" {
		key = s.o.RealKey
	}
	if !headerText(key) {
		return nil, fail(InvalidRequest, "toolbench_key has characters that a header cannot hold")
	}
	body := pyliteral.Dict{
		{Key: "category", Value: c.place.Category}, {Key: "tool_name", Value: c.realTool}, {Key: "api_name", Value: c.place.API},
		{Key: "tool_input", Value: c.args}, {Key: "strip", Value: ""}, {Key: "toolbench_key", Value: key},
	}
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}}
	header[keyHeader] = []string{key}
	a, err := s.guard.Do(ctx, http.MethodPost, s.o.Real, header, []byte(pyliteral.Dumps(body, pyliteral.JSONStyle{ASCII: true})), keyHeader)
	if err != nil {
		return nil, upstream(realCode, err)
	}
	if s.o.Released {
		if a.Status != http.StatusOK {
			return nil, nil
		}
		v, err := decode(a.Body)
		if err != nil {
			return nil, &Error{realCode + "malformed", err}
		}
		return v, nil
	}
	return s.readReal(a, c)
}
