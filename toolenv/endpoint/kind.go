package endpoint

import "github.com/stepgrain/stepgrain/toolenv/service"

// Kind says in one word what went wrong.
type Kind string

// The kinds.
const (
	Timeout   Kind = "timeout"    // no complete answer before the deadline
	Canceled  Kind = "canceled"   // the caller's context ended
	Refused   Kind = "refused"    // no connection
	Cut       Kind = "cut"        // the connection ended before the answer did
	TooLarge  Kind = "too_large"  // an answer beyond the limit on its size
	Redirect  Kind = "redirect"   // a redirect that is not followed: another host, too many, or one that would drop the request
	Forbidden Kind = "forbidden"  // the request itself names a host that is not allowed
	RateLimit Kind = "rate_limit" // HTTP 429
	Status    Kind = "status"     // any other HTTP status that is not a success
	Malformed Kind = "malformed"  // not JSON, nested too deeply, or not UTF-8
	Shape     Kind = "shape"      // JSON, but not what this API answers
)

// kinds in the order in which they are counted and listed.
var kinds = []Kind{Timeout, Canceled, Refused, Cut, TooLarge, Redirect, Forbidden, RateLimit, Status, Malformed, Shape}

// Fault is the kind in the words of package service.
func (k Kind) Fault() service.Fault {
	switch k {
	case Timeout:
		return service.Timeout
	case Refused, Cut:
		return service.Refused
	case TooLarge:
		return service.TooLarge
	case Redirect:
		return service.Redirect
	case Forbidden:
		return service.Forbidden
	}
	return service.Broken
}
