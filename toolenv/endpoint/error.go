package endpoint

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Error is the failure of a request. It holds no key and no query of a URL.
type Error struct {
	Kind       Kind
	URL        string        // scheme, host and path that were asked
	Status     int           // of HTTP; 0 when no answer came
	Body       string        // how the answer begins, at most 300 bytes
	RetryAfter time.Duration // what the server asked for; 0: nothing
	Attempts   int           // how many requests were made in all; 0: by a Guard, which makes one
	Err        error         // the cause; may be nil
}

// Error names the address, the kind and what is known of the cause.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "endpoint %s: ", e.URL)
	if e.Status != 0 && e.Kind == Status {
		fmt.Fprintf(&b, "HTTP status %d", e.Status)
	} else {
		b.WriteString(string(e.Kind))
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (after %d attempts)", e.Attempts)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Body != "" {
		fmt.Fprintf(&b, ": %q", e.Body)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of the *Error in err's chain, "" when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}
