package metrics

import "github.com/stepgrain/stepgrain/toolenv"

// Calls counts the actions of an episode that reached the environment. An action
// cut off by a full context did not reach it.
type Calls struct {
	All     int // Finish included
	Invalid int // malformed, to a function that does not exist, or with arguments that do not fit the schema
	Failed  int // answered by an error, or invalid
}

// CountCalls counts the calls of an episode.
func CountCalls(t *toolenv.Trajectory) Calls {
	var c Calls
	for i := range t.Turns {
		turn := &t.Turns[i]
		if t.Truncated && i == len(t.Turns)-1 && turn.Call == nil && turn.Observation == "" {
			continue
		}
		c.All++
		switch turn.Status {
		case toolenv.StatusUnparsable, toolenv.StatusNoSuchFunction, toolenv.StatusFinishInvalid, toolenv.StatusInvalidRequest:
			c.Invalid++
			c.Failed++
		default:
			if turn.Failed {
				c.Failed++
			}
		}
	}
	return c
}
