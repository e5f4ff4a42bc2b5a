package metrics

import (
	"math"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
)

// Result are the figures of one list of episodes. The JSON names are those of
// eval.json.
type Result struct {
	N        int     `json:"n"`
	Pass     float64 `json:"pass"`     // share of tasks solved
	PassLow  float64 `json:"pass_low"` // its 95 % Wilson interval
	PassHigh float64 `json:"pass_high"`
	// RecallPaper counts Finish among the relevant functions and asks of each that
	// its first call succeeded, which reproduces the paper's table. RecallAny and
	// RecallSuccess leave Finish out and ask for any call, and any that succeeded.
	RecallPaper   float64 `json:"recall_paper"`
	RecallAny     float64 `json:"recall_any"`
	RecallSuccess float64 `json:"recall_success"`
	// Precision is the share of the functions called that are relevant; 0 for an
	// episode that called none.
	Precision  float64 `json:"precision"`
	FinishRate float64 `json:"finish_rate"` // episodes that ended with an answer, right or wrong
	CallsMean  float64 `json:"calls_mean"`  // Finish included
	// InvalidCallRate is the share of calls that are malformed, go to a function
	// that does not exist, or have arguments that do not fit the schema.
	InvalidCallRate float64 `json:"invalid_call_rate"`
}

// Measure computes the figures of a list of episodes; each counts the same.
func Measure(list []*toolenv.Trajectory) Result {
	r := Result{N: len(list)}
	if r.N == 0 {
		r.PassHigh = 1
		return r
	}
	solved, calls, invalid := 0, 0, 0
	for _, t := range list {
		if t.Solved {
			solved++
		}
		if t.Outcome == toolenv.Solved || t.Outcome == toolenv.Finished {
			r.FinishRate++
		}
		c := CountCalls(t)
		calls += c.All
		invalid += c.Invalid
		u := usageOf(t)
		r.RecallPaper += u.paper
		r.RecallAny += u.any
		r.RecallSuccess += u.success
		r.Precision += u.precision
	}
	n := float64(r.N)
	for _, x := range []*float64{&r.RecallPaper, &r.RecallAny, &r.RecallSuccess, &r.Precision, &r.FinishRate} {
		*x /= n
	}
	r.Pass = float64(solved) / n
	r.PassLow, r.PassHigh = Wilson(solved, r.N)
	r.CallsMean = float64(calls) / n
	if calls > 0 {
		r.InvalidCallRate = float64(invalid) / float64(calls)
	}
	return r
}

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

// Wilson returns the 95 % score interval of a proportion of k out of n
// (Wilson 1927). It stays inside [0, 1] and is sound for k = 0 and k = n.
func Wilson(k, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959963984540054 // the normal distribution's .975 quantile
	p, m := float64(k)/float64(n), float64(n)
	centre := p + z*z/(2*m)
	half := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	scale := 1 + z*z/m
	low, high = (centre-half)/scale, (centre+half)/scale
	if k == 0 {
		low = 0
	}
	if k == n {
		high = 1
	}
	return low, high
}

// GroupMean is the plain mean of a figure over several results, for instance
// over the held-out sets.
func GroupMean(list []Result, figure func(Result) float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sum := 0.0
	for _, r := range list {
		sum += figure(r)
	}
	return sum / float64(len(list))
}

// ByKind measures each kind of task apart.
func ByKind(list []*toolenv.Trajectory) map[string]Result {
	groups := map[string][]*toolenv.Trajectory{}
	for _, t := range list {
		groups[t.Task.Kind] = append(groups[t.Task.Kind], t)
	}
	out := map[string]Result{}
	for kind, g := range groups {
		out[kind] = Measure(g)
	}
	return out
}
