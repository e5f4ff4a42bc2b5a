package search

import "fmt"

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
