package metrics

import (
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
)

// usage are one episode's recalls and precision.
type usage struct{ paper, any, success, precision float64 }

func usageOf(t *toolenv.Trajectory) usage {
	first := map[string]bool{}  // did the first call succeed?
	called := map[string]bool{} // did any?
	var order []string
	for i := range t.Turns {
		turn := &t.Turns[i]
		if turn.Call == nil {
			continue
		}
		name := turn.Call.Name
		ok := name == toolenv.FinishName || strings.HasPrefix(turn.Observation, `{"error": "", "response":`)
		if _, seen := first[name]; !seen {
			first[name] = ok
			order = append(order, name)
		}
		called[name] = called[name] || ok
	}
	var u usage
	hits := 0
	for _, g := range t.Task.Relevant {
		if first[g] {
			hits++
		}
		if _, ok := called[g]; ok {
			u.any++
		}
		if called[g] {
			u.success++
		}
	}
	if first[toolenv.FinishName] {
		hits++
	}
	u.paper = float64(hits) / float64(len(t.Task.Relevant)+1)
	if n := float64(len(t.Task.Relevant)); n > 0 {
		u.any /= n
		u.success /= n
	}
	relevant := map[string]bool{}
	for _, g := range t.Task.Relevant {
		relevant[g] = true
	}
	good, others := 0, 0
	for _, name := range order {
		switch {
		case name == toolenv.FinishName:
		case relevant[name]:
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
