package judge

import (
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Error says what could not be judged, and why.
type Error struct {
	ID     string // of the task
	Repeat int    // or round
	Err    error
}

// Error names task, repeat and cause.
func (e *Error) Error() string {
	return fmt.Sprintf("judge: query %s, repeat %d: %v", e.ID, e.Repeat, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ReplyError is a reply of the model that cannot be used. Failures of the
// connection are *endpoint.Error instead.
type ReplyError struct {
	Function string // that was asked for
	Why      string
}

// Error says what was asked and what is wrong with the reply.
func (e *ReplyError) Error() string { return "reply to " + e.Function + ": " + e.Why }

func (f *function) wrong(format string, args ...any) error {
	return &ReplyError{f.name, fmt.Sprintf(format, args...)}
}

// MissingError is an id that a released evaluator looks up in vain, where it ends
// with a KeyError.
type MissingError struct {
	ID    string
	Where string
}

// Error says which id is missing where.
func (e *MissingError) Error() string { return fmt.Sprintf("query %s has no %s", e.ID, e.Where) }

// short is a value for an error.
func short(v any) string {
	s := []rune(pyliteral.Repr(v))
	if len(s) > 60 {
		return string(s[:57]) + "..."
	}
	return string(s)
}
