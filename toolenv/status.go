package toolenv

import "fmt"

// Status says how an action went. The numbers are ToolBench's
// observation codes, so stored results compare directly.
type Status int

// The codes. Those from StatusTimeout to StatusRateLimit are a service's
// refusals, whatever the call; the last two are answers to this one.
const (
	StatusUnparsable      Status = -1 // no call could be read from the model's text
	StatusOK              Status = 0  // the API was reached; its own error text may still be set
	StatusNoSuchFunction  Status = 1  // the name is not in the list (a hallucinated tool)
	StatusFinishInvalid   Status = 2  // Finish with wrong arguments
	StatusFinalAnswer     Status = 3  // Finish with an answer: the episode ends
	StatusGaveUp          Status = 4  // Finish without one: the episode ends
	StatusTimeout         Status = 5  // no answer in time
	StatusNotWorking      Status = 6  // for instance a deprecated API
	StatusUnauthorized    Status = 7  // the key is not accepted
	StatusUnsubscribed    Status = 8  // the key is for other APIs
	StatusTooManyRequests Status = 9  // for the day or the month
	StatusRateLimit       Status = 10 // for the second
	StatusMessage         Status = 11 // the API understood the call and refused it, for instance "not found"
	StatusInvalidRequest  Status = 12 // the arguments do not fit the schema
)

var statusNames = [...]string{"unparsable", "ok", "no such function", "invalid Finish", "final answer", "gave up", "timeout", "not working",
	"unauthorized", "unsubscribed", "too many requests", "rate limit", "refused", "invalid request"}

// String names the status in words.
func (s Status) String() string {
	if s < -1 || int(s)+1 >= len(statusNames) {
		return fmt.Sprintf("status %d", int(s))
	}
	return statusNames[s+1]
}
