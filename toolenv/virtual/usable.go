package virtual

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// failures are phrases, in lower case, with which services say that they did not
// do what they were asked.
var failures = []string{
	"connection refused", "connection reset", "connection aborted", "connection error", "connection failed", "connection timed out", "no connection",
	"rate limit", "too many requests", "time out", "timed out", "timeout", "does not exist", "doesn't exist", "internal error", "internal server error",
	"not authorized", "unauthorized", "authorization", "authentication", "unauthenticated", "blocked", "unsubscribed", "not subscribed", "disabled for your subscription",
	"invalid credential", "bad credential", "missing credential", "parse error", "parsing error", "could not parse", "cannot parse", "failed to parse", "is not defined",
	"invalid consumer key", "access_denied", "access denied", "service not found", "status_code=50", "status_code=429",
}

// longestFailure is how many bytes an announcement of failure has at most: a
// longer text is an answer that happens to hold such words.
const longestFailure = 300

// messageKeys are the fields of objects that do nothing but report.
var messageKeys = []string{"message", "messages", "msg", "error", "errors", "error_message", "detail", "details", "description", "reason", "code", "error_code", "status", "statuscode", "status_code", "success", "ok", "type", "info"}

// usable reports whether an answer is what was asked for, and not the news that
// there is none.
func (s *Server) usable(answer any) bool {
	d, ok := answer.(pyliteral.Dict)
	if !ok {
		return false
	}
	if e, ok := d.Get("error"); !ok || e != "" {
		return false
	}
	response, ok := d.Get("response")
	if !ok || response == "" {
		return false
	}
	if s.o.Released {
		return usableReleased(response)
	}
	if response == nil {
		return false
	}
	text, short := report(response)
	if !short {
		return true
	}
	text = strings.ToLower(text)
	return !slices.ContainsFunc(failures, func(f string) bool { return strings.Contains(text, f) })
}

// report is the text of an answer that may be a report of failure: a short text,
// alone, in a list, or in an object with nothing else.
func report(response any) (string, bool) {
	switch v := response.(type) {
	case string:
		return v, utf8.RuneCountInString(v) <= longestFailure
	case pyliteral.List:
		if len(v) == 1 {
			return report(v[0])
		}
	case pyliteral.Dict:
		for _, it := range v {
			if k, ok := it.Key.(string); !ok || !slices.Contains(messageKeys, strings.ToLower(k)) {
				return "", false
			}
		}
		text := pyliteral.Repr(v)
		return text, len(v) > 0 && len(text) <= longestFailure
	}
	return "", false
}

// The words of the released server: the first anywhere and in any case.
var (
	releasedWords = []string{"connection", "rate limit", "time out", "timed out", "does not exist", "internal error", "authoriz", "authenticat", "unauthorized", "blocked",
		"unsubscribe", "credential", "disabled for your subscription", "parse", "is not defined", "invalid consumer key"}
	releasedExact = []string{"Service Not Found", "ACCESS_DENIED", "status_code=50", "status_code=429"}
)

// usableReleased looks for words anywhere in Python's text of a response.
func usableReleased(response any) bool {
	text := pyliteral.Str(response)
	lower := strings.ToLower(text)
	for _, w := range releasedWords {
		if strings.Contains(lower, w) {
			return false
		}
	}
	for _, w := range releasedExact {
		if strings.Contains(text, w) {
			return false
		}
	}
	return text != `{'message': "API doesn't exists"}`
}
