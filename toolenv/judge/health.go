package judge

import (
	"errors"
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// hopeless is after how many failures of the connection from the start on a run
// ends: nobody listens, nothing is answered in time, or nobody is let in, and every
// further question would be waited for in vain.
const hopeless = 8

// health watches the outcomes of a run as they come.
type health struct {
	good bool
	bad  int
}

// note takes an outcome. Its error ends the run.
func (h *health) note(err error) error {
	if !refused(err) {
		h.good = true
		return nil
	}
	if h.bad++; h.good || h.bad < hopeless {
		return nil
	}
	return fmt.Errorf("judge: the first %d questions failed, no others are asked: %w", h.bad, err)
}

// refused reports whether a failure is likely to be the same for every question.
func refused(err error) bool {
	var e *endpoint.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case endpoint.Refused, endpoint.Timeout, endpoint.Forbidden, endpoint.Redirect:
		return true
	}
	return e.Status == 401 || e.Status == 403 || e.Status == 404
}
