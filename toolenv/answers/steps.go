package answers

import (
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Call is one tool call of a path.
type Call struct {
	Name, Arguments, Response string
	// Cut: the call comes from the old form, which holds its first characters only;
	// what could be read of it is here.
	Cut bool
}

// Steps takes the path apart, as the released evaluators see it: every tool node
// as "Step k: {…}" (the text of a Python dict, Finish included), the last of them
// once more as "Final step: {…}" ("" when there is none), and the calls.
func (c *Converted) Steps() (list []string, final string, calls []Call) {
	for _, n := range c.Path() {
		if n.Role != "tool" {
			continue
		}
		list = append(list, stepText(stepHead(len(list)+1), n.Message))
		final = stepText("Final step", n.Message)
		calls = append(calls, call(n.Message))
	}
	return list, final, calls
}

func call(message any) Call {
	switch m := message.(type) {
	case ToolMessage:
		return Call{Name: m.Name, Arguments: m.Arguments, Response: m.Response}
	case string:
		return cutCall(m)
	}
	return Call{Cut: true}
}

// ParseSteps reads stored steps back.
func ParseSteps(steps []string) ([]Call, error) {
	calls := make([]Call, len(steps))
	for i, text := range steps {
		s, err := steptool.ParseStep(text)
		if err != nil {
			return nil, fmt.Errorf("answers: step %d of %d: %w", i+1, len(steps), err)
		}
		calls[i] = Call{Name: s.Name, Arguments: s.Arguments, Response: s.Response}
	}
	return calls, nil
}
