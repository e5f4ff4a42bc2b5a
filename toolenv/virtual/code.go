package virtual

import (
	"fmt"
	"net/http"

	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// Code says in a word why there is no answer. It is what the text in "error"
// begins with, before ": ".
type Code string

// The codes. Those of the real backend and of the simulator are real_ and
// simulator_ with a kind of package endpoint behind them: timeout, canceled,
// refused, cut, too_large, redirect, forbidden, rate_limit, status, malformed,
// shape.
const (
	InvalidRequest Code = "invalid_request"    // not a JSON object with the six fields
	TooLarge       Code = "too_large"          // a request beyond the limit on its size
	BadName        Code = "bad_name"           // a category, tool or API that is no element of a path
	Busy           Code = "busy"               // too many requests at once, until the deadline
	NotFound       Code = "not_found"          // another path than /virtual
	BadMethod      Code = "method_not_allowed" // another method than POST
	NoAnswer       Code = "no_answer"          // nothing stored, and nobody to ask
	NoDocument     Code = "no_document"        // the document of the tool cannot be read, so nothing can be simulated
	APIKey         Code = "api_key"            // the answer says that the API key is bad
	BadAnswer      Code = "bad_answer"         // an answer that a client could not read: NaN, or in the released form no text, list or object
	StoreFailed    Code = "store_failed"       // the stored answers cannot be read or written; not in the released form
	Internal       Code = "internal"           // a defect of this program
)

const (
	realCode      = "real_"
	simulatorCode = "simulator_"
)

// Status is the HTTP status of a code, always the same.
func (c Code) Status() int {
	switch c {
	case InvalidRequest:
		return http.StatusUnprocessableEntity // as the released server
	case TooLarge:
		return http.StatusRequestEntityTooLarge
	case BadName:
		return http.StatusBadRequest
	case NotFound, NoAnswer:
		return http.StatusNotFound
	case BadMethod:
		return http.StatusMethodNotAllowed
	case NoDocument, StoreFailed, Internal:
		return http.StatusInternalServerError
	case realCode + "timeout", simulatorCode + "timeout":
		return http.StatusGatewayTimeout
	case Busy, realCode + "rate_limit", simulatorCode + "rate_limit", realCode + "canceled", simulatorCode + "canceled":
		return http.StatusServiceUnavailable
	}
	return http.StatusBadGateway
}

// Error is why there is no answer.
type Error struct {
	Code Code
	Err  error
}

// Error is what stands in the answer's "error".
func (e *Error) Error() string { return string(e.Code) + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func fail(c Code, format string, args ...any) *Error { return &Error{c, fmt.Errorf(format, args...)} }

// upstream is the error of asking somebody else.
func upstream(who string, err error) *Error {
	kind := endpoint.KindOf(err)
	if kind == "" {
		kind = endpoint.Refused
	}
	return &Error{Code(who + string(kind)), err}
}
