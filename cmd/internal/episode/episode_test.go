package episode

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/toolenv"
)

func TestALineHoldsEverythingAndReadsBack(t *testing.T) {
	traj := &toolenv.Trajectory{
		Task:   &toolenv.Task{ID: "t1", Set: "train", Kind: "c1", Query: "which?", Relevant: []string{"a"}, Answer: "x"},
		Sample: 2, Tokens: []int32{1, 2, 3, 4, 5}, PromptLen: 2, Outcome: toolenv.Solved, Solved: true,
		Turns: []toolenv.Turn{
			{Action: "A", Span: [2]int{2, 4}, ObsSpan: [2]int{4, 5},
				Call: &toolenv.Call{Name: "a", Args: json.RawMessage(`{"x":1}`)}, Milestone: 0, Rewards: []toolenv.Component{{Name: "Contribution", Value: .5, Source: "graph"}}},
			{Action: "B", Span: [2]int{5, 5}, ParseError: "no call", Status: toolenv.StatusUnparsable, Failed: true, Milestone: -1,
				Call: &toolenv.Call{Name: "b", Args: json.RawMessage(`{broken`)}},
		},
	}
	e := From(&ppo.Episode{Trajectory: traj, OldLogProbs: []float64{0, 0, -1, -2, 0}, OldValues: []float64{0, 0, .5, .25, 0},
		Advantages: []float64{0, 0, 1, -1, 0}, Returns: []float64{0, 0, 1.5, 2.5, 0}}, "ppo", 3)
	if e.Return != .5 || e.Iteration != 3 || e.Sample != 2 {
		t.Errorf("got %+v", e)
	}
	for _, x := range []struct {
		name      string
		got, want []float32
	}{
		{"log-probabilities", e.Turns[0].LogProbs, []float32{-1, -2}}, {"values", e.Turns[0].Values, []float32{.5, .25}},
		{"advantages", e.Turns[0].Advantages, []float32{1, -1}}, {"returns", e.Turns[0].Returns, []float32{1.5, 2.5}},
		{"returns of no token", e.Turns[1].Returns, []float32{}},
	} {
		if d := cmp.Diff(x.want, x.got); d != "" {
			t.Errorf("%s: %s", x.name, d)
		}
	}
	line, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var back Episode
	if err := json.Unmarshal(line, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(&back)
	if err != nil || string(again) != string(line) {
		t.Errorf("%v\n%s\n%s", err, line, again)
	}
	if string(back.Turns[1].Call.Args) != `"{broken"` {
		t.Errorf("arguments that are no JSON: %s", back.Turns[1].Call.Args)
	}
}
