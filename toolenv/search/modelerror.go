package search

import (
	"errors"
	"fmt"
)

// ModelError is a turn that a model did not give.
type ModelError struct {
	Requests int // made in vain
	Err      error
}

// Error says how often it was asked.
func (e *ModelError) Error() string {
	return fmt.Sprintf("no turn from the model (requests: %d): %v", e.Requests, e.Err)
}

// Unwrap returns the last cause.
func (e *ModelError) Unwrap() error { return e.Err }

// DownError ends a search without an answer in which the model could not be
// reached for a turn: the search says nothing about the model, and may be run
// again.
type DownError struct{ Err error }

// Error is that of the first such turn.
func (e *DownError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *DownError) Unwrap() error { return e.Err }

// unavailable reports whether a failure says of itself that its server is to
// blame, as *endpoint.Error does.
func unavailable(err error) bool {
	var e interface{ Unavailable() bool }
	return errors.As(err, &e) && e.Unavailable()
}
