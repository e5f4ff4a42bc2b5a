package metrics

import (
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
)

// usage are one episode's recalls and precision.
type usage struct{ paper, any, success, precision float64 }

// called is a call, as far as recall cares.
type called struct {
	name string
	ok   bool
}

// goodCall is the paper's success of a call (recovered from its tables): it is
// Finish, or the observation begins as that of a call that worked.
func goodCall(name, observation string) bool {
	return name == toolenv.FinishName || strings.HasPrefix(observation, `{"error": "", "response":`)
}

func usageOf(t *toolenv.Trajectory) usage {
	var calls []called
	for i := range t.Turns {
		if turn := &t.Turns[i]; turn.Call != nil {
			calls = append(calls, called{turn.Call.Name, goodCall(turn.Call.Name, turn.Observation)})
		}
	}
	return usageOfCalls(calls, t.Task.Relevant)
}

// usageOfCalls compares calls with the relevant functions. A function listed
// twice counts twice, as in the paper's tables.
func usageOfCalls(calls []called, relevant []string) usage {
	first := map[string]bool{} // did the first call succeed?
	some := map[string]bool{}  // did any?
	var order []string
	for _, c := range calls {
		if _, seen := first[c.name]; !seen {
			first[c.name] = c.ok
			order = append(order, c.name)
		}
		some[c.name] = some[c.name] || c.ok
	}
	var u usage
	hits := 0
	isRelevant := map[string]bool{}
	for _, g := range relevant {
		isRelevant[g] = true
		if first[g] {
			hits++
		}
		if _, ok := some[g]; ok {
			u.any++
		}
		if some[g] {
			u.success++
		}
	}
	if first[toolenv.FinishName] {
		hits++
	}
	u.paper = float64(hits) / float64(len(relevant)+1)
	if n := float64(len(relevant)); n > 0 {
		u.any /= n
		u.success /= n
	}
	good, others := 0, 0
	for _, name := range order {
		switch {
		case name == toolenv.FinishName:
		case isRelevant[name]:
			good++
		default:
			others++
		}
	}
	if good+others > 0 {
		u.precision = float64(good) / float64(good+others)
	}
	return u
}
