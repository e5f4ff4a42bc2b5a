package ppo

import (
	"testing"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
)

// A line of metrics.jsonl counts calls as eval.json does: what the context cut
// off is no call, and a call that an API refuses fails without being invalid.
func TestReportCountsCalls(t *testing.T) {
	call := func(s toolenv.Status, failed bool) toolenv.Turn {
		return toolenv.Turn{Call: &toolenv.Call{Name: "f"}, Status: s, Failed: failed, Observation: "{}"}
	}
	played := []*toolenv.Trajectory{
		{Turns: []toolenv.Turn{call(toolenv.StatusOK, false), call(toolenv.StatusMessage, true), call(toolenv.StatusNoSuchFunction, true), call(toolenv.StatusInvalidRequest, true)}},
		{Turns: []toolenv.Turn{call(toolenv.StatusTimeout, true), {Status: toolenv.StatusUnparsable}}, Truncated: true},
	}
	var list []*Episode
	for _, tr := range played {
		tr.Task = &toolenv.Task{ID: "t"}
		tr.Tokens = make([]int32, len(tr.Turns)+1)
		for k := range tr.Turns {
			tr.Turns[k].Span, tr.Turns[k].LogProbs = [2]int{k + 1, k + 2}, []float32{-1}
		}
		e, err := FromTrajectory(tr, nil)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	b, err := Pack(list)
	if err != nil {
		t.Fatal(err)
	}
	var r Report
	r.returns(b)
	m := metrics.Measure(played)
	if r.Calls != 5./2 || r.Invalid != 2./5 || r.Failed != 4./5 || r.Calls != m.CallsMean || r.Invalid != m.InvalidCallRate {
		t.Errorf("%g calls, %g invalid, %g failed; eval: %g calls, %g invalid", r.Calls, r.Invalid, r.Failed, m.CallsMean, m.InvalidCallRate)
	}
}
