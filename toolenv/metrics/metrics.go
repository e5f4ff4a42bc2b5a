package metrics

import "github.com/stepgrain/stepgrain/toolenv"

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
