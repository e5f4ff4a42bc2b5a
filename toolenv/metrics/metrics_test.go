package metrics

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stepgrain/stepgrain/toolenv"
)

// turn is a call of a function, answered or not.
func turn(name string, status toolenv.Status, failed bool) toolenv.Turn {
	t := toolenv.Turn{Call: &toolenv.Call{Name: name}, Status: status, Failed: failed, Observation: `{"error": "", "response": {}}`}
	if failed {
		t.Observation = `{"error": "x", "response": ""}`
	}
	return t
}

func TestMeasure(t *testing.T) {
	task := &toolenv.Task{Relevant: []string{"a", "b"}}
	unparsable := toolenv.Turn{Status: toolenv.StatusUnparsable, Failed: true, Observation: "{}"}
	list := []*toolenv.Trajectory{
		{ // a fails first, then works; b is never called; c is not relevant
			Task: task, Outcome: toolenv.Solved, Solved: true,
			Turns: []toolenv.Turn{turn("a", 5, true), turn("a", 0, false), turn("c", 0, false), turn("Finish", 3, false)},
		},
		{ // both right, one unknown name, no end
			Task: task, Outcome: toolenv.Budget,
			Turns: []toolenv.Turn{turn("a", 0, false), turn("b", 0, false), turn("ghost", 1, true), unparsable},
		},
		{ // wrong arguments, then cut off
			Task: task, Outcome: toolenv.Truncated, Truncated: true,
			Turns: []toolenv.Turn{turn("b", 12, true), {Status: toolenv.StatusUnparsable}},
		},
	}
	for i, want := range []Calls{{4, 0, 1}, {4, 2, 2}, {1, 1, 1}} {
		if got := CountCalls(list[i]); got != want {
			t.Errorf("calls of episode %d: %+v, want %+v", i, got, want)
		}
	}
	low, high := Wilson(1, 3)
	want := Result{
		N: 3, Pass: 1. / 3, PassLow: low, PassHigh: high,
		RecallPaper:   (1./3 + 2./3 + 0) / 3, // of a, b, Finish by their first call
		RecallAny:     (.5 + 1 + .5) / 3,
		RecallSuccess: (.5 + 1 + 0) / 3,
		Precision:     (.5 + 2./3 + 1) / 3,
		FinishRate:    1. / 3,
		CallsMean:     9. / 3, InvalidCallRate: 3. / 9,
	}
	if diff := cmp.Diff(want, Measure(list), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Error(diff)
	}
	if got := Measure(nil); got != (Result{PassHigh: 1}) {
		t.Errorf("no episodes: %+v", got)
	}
}

// Values computed apart, from the formula in its other form, to six digits.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{0, 10, 0, .277533}, {10, 10, .722467, 1}, {1, 2, .094531, .905469}, {50, 100, .403832, .596168}, {3, 48, .021483, .168354}} {
		low, high := Wilson(c.k, c.n)
		if math.Abs(low-c.low) > 1e-6 || math.Abs(high-c.high) > 1e-6 {
			t.Errorf("Wilson(%d, %d) = %.6f, %.6f, want %.6f, %.6f", c.k, c.n, low, high, c.low, c.high)
		}
	}
}

func TestGroups(t *testing.T) {
	list := []*toolenv.Trajectory{
		{Task: &toolenv.Task{Kind: "c1"}, Solved: true}, {Task: &toolenv.Task{Kind: "c1"}}, {Task: &toolenv.Task{Kind: "sum"}, Solved: true},
	}
	groups := ByKind(list)
	if len(groups) != 2 || groups["c1"].Pass != .5 || groups["sum"].N != 1 {
		t.Errorf("%+v", groups)
	}
}

func ExampleWilson() {
	low, high := Wilson(45, 100)
	fmt.Printf("45 of 100: between %.3f and %.3f\n", low, high)
	// Output: 45 of 100: between 0.356 and 0.548
}
