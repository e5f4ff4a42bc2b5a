package virtual

import (
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// Classify says in the words of ToolBench's backend what the text of a real
// API's answer complains about, "" when it does not complain. The caller's
// environment turns the words into codes.
func Classify(text string) string {
	for _, c := range []struct {
		err   string
		signs []string
	}{
		{"API not working error...", []string{"Your Client (working) ---> Gateway (working) ---> API (not working)"}},
		{"Unauthorized error...", []string{"Unauthorized", "unauthorized"}},
		{"Unsubscribed error...", []string{"You are not subscribed to this API."}},
		{"Too many requests error...", []string{"Too many requests"}},
		{"Rate limit error...", []string{"You have exceeded", "you are being rate limited", "Access restricted. Check credits balance"}},
		{"Gateway error...", []string{"Oops, an error in the gateway has occurred."}},
		{"Blocked error...", []string{"Blocked User"}},
		{"Message error...", []string{"error"}},
	} {
		for _, sign := range c.signs {
			if strings.Contains(text, sign) {
				return c.err
			}
		}
	}
	return ""
}

// readReal makes an answer of what a real backend sent. A ToolBench backend sends
// {"error", "response"}; anything else is what the API itself said, and is
// classified and shortened here as such a backend would.
func (s *Server) readReal(a endpoint.Answer, c *call) (any, *Error) {
	v, err := decode(a.Body)
	if d, ok := v.(pyliteral.Dict); ok && a.Status == http.StatusOK {
		e, given := d.Get("error")
		if given && e == nil {
			d = with(d, "error", "")
			e = ""
		}
		_, isText := e.(string)
		if _, ok := d.Get("response"); ok && isText {
			return d, nil
		}
	}
	said := Classify(string(a.Body))
	vague := said == "" || said == "Message error..."
	switch {
	case a.Status == http.StatusTooManyRequests && vague:
		said = "Too many requests error..."
	case a.Status != http.StatusOK && said == "", a.Status >= 500 && vague:
		return nil, fail(realCode+"status", "the real backend answered with HTTP status %d: %.200q", a.Status, a.Body)
	case err != nil && (said == "" || !utf8.Valid(a.Body)):
		return nil, &Error{realCode + "malformed", fmt.Errorf("%w: %.200q", err, a.Body)}
	}
	if err != nil {
		v = strings.ToValidUTF8(string(a.Body), "\uFFFD")
	}
	return object(said, s.shorten(v, c)), nil
}
