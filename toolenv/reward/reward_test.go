package reward

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepgrain/stepgrain/toolenv"
)

// episode is a made-up trajectory of a task with n milestones. Each turn is one
// word: "m0" answers milestone 0, "ok" is an answered call, "fail" one that fails,
// "right" and "wrong" are Finish.
func episode(n int, turns ...string) *toolenv.Trajectory {
	t := &toolenv.Trajectory{Task: &toolenv.Task{ID: "t", Plan: make([]toolenv.Milestone, n)}}
	for _, what := range turns {
		turn := toolenv.Turn{Call: &toolenv.Call{Name: "f_for_x", Args: []byte("{}")}, Milestone: -1, Observation: `{"error": "", "response": {"age": 47}}`}
		switch {
		case what == "fail":
			turn.Failed, turn.Observation = true, `{"error": "deprecated", "response": ""}`
		case what == "right" || what == "wrong":
			turn.Call = &toolenv.Call{Name: toolenv.FinishName, Args: []byte(`{"return_type":"give_answer","final_answer":"47"}`)}
			turn.Status, t.Solved = toolenv.StatusFinalAnswer, what == "right"
		case what[0] == 'm':
			turn.Milestone = int(what[1] - '0')
		}
		t.Turns = append(t.Turns, turn)
	}
	return t
}

func rewards(t *toolenv.Trajectory) []float64 {
	var list []float64
	for i := range t.Turns {
		list = append(list, t.Turns[i].Reward())
	}
	return list
}

func near(a, b []float64) bool {
	return cmp.Equal(a, b, cmp.Comparer(func(x, y float64) bool { return math.Abs(x-y) < 1e-12 }))
}

func TestGraphAndFinal(t *testing.T) {
	for _, c := range []struct {
		turns        []string
		n            int
		graph, final []float64
	}{
		{[]string{"m0", "m1", "right"}, 2, []float64{.5, .5, 1}, []float64{0, 0, 1}},
		{[]string{"m0", "ok", "fail", "fail", "m1", "wrong"}, 4, []float64{.25, 0, -.1, -.1, .25, 0}, []float64{0, 0, 0, 0, 0, 0}},
		{[]string{"fail"}, 1, []float64{-.1}, []float64{0}},
	} {
		e := episode(c.n, c.turns...)
		Graph{FailCost: .1}.Shape(e)
		if !near(rewards(e), c.graph) {
			t.Errorf("graph: %v gives %v, want %v", c.turns, rewards(e), c.graph)
		}
		Final{}.Shape(e) // replaces what graph gave
		if !near(rewards(e), c.final) {
			t.Errorf("final: %v gives %v, want %v", c.turns, rewards(e), c.final)
		}
	}
	Graph{}.Shape(&toolenv.Trajectory{Task: &toolenv.Task{}}) // an episode without a turn
}

func part(name string, value float64, source string) Component {
	return Component{Name: name, Value: value, Source: source}
}

func TestComponents(t *testing.T) {
	e := episode(2, "m0", "fail", "right")
	Graph{FailCost: .1}.Shape(e)
	want := [][]Component{{part(Contribution, .5, "graph")}, {part(SuccCalling, -.1, "graph")}, {part(IsSolved, 1, "environment")}}
	for i, w := range want {
		if diff := cmp.Diff(w, e.Turns[i].Rewards); diff != "" {
			t.Errorf("turn %d: %s", i, diff)
		}
	}
	StepTool{Alpha: 1, Threshold: .3}.Shape(e)
	want = [][]Component{{part(SuccCalling, .5, "rules"), part(Contribution, .5, "rules")}, {part(SuccCalling, 0, "rules"), part(Contribution, 0, "rules")}, {part(IsSolved, 1, "environment")}}
	for i, w := range want {
		if diff := cmp.Diff(w, e.Turns[i].Rewards); diff != "" {
			t.Errorf("turn %d: %s", i, diff)
		}
	}
}

// StepTool's rules on an episode: the response {'age': 47} has 11 characters, of
// which the arguments of Finish hold more than 30 in 100.
func TestStepTool(t *testing.T) {
	for _, c := range []struct {
		turns []string
		want  []float64
	}{
		{[]string{"ok", "right"}, []float64{1, 1}},
		{[]string{"ok", "ok", "ok", "wrong"}, []float64{1, 1, 1, 0}}, // farmed
		{[]string{"ok", "ok"}, []float64{.5, .5}},                    // without Finish there is nothing to contribute to
		{[]string{"fail", "right"}, []float64{0, 1}},
	} {
		e := episode(1, c.turns...)
		StepTool{Alpha: 1, Threshold: .3}.Shape(e)
		if !near(rewards(e), c.want) {
			t.Errorf("%v gives %v, want %v", c.turns, rewards(e), c.want)
		}
	}
	e := episode(1, "ok", "right")
	e.Turns[0].Call = nil // could not be parsed
	StepTool{Alpha: 3, Threshold: .3}.Shape(e)
	if !near(rewards(e), []float64{0, 1}) {
		t.Errorf("an unparsable action earns %v", rewards(e))
	}
	e = episode(1, "ok", "right")
	StepTool{Alpha: 3, Threshold: .99}.Shape(e)
	if !near(rewards(e), []float64{.75, 1}) {
		t.Errorf("with alpha 3: %v, want 3/4 for SuccCalling", rewards(e))
	}
}

func TestFile(t *testing.T) {
	f := File{Alpha: 1, Annotations: map[string]Annotation{"t": {SuccCalling: []float64{1, 0}, Contribution: []float64{5, 2}, IsSolved: .5}}}
	e := episode(1, "ok", "ok", "right")
	f.Shape(e)
	if !near(rewards(e), []float64{1, .2, .5}) {
		t.Errorf("rewards %v, want [1 .2 .5]", rewards(e))
	}
	short := episode(1, "ok", "right")
	unknown := episode(1, "ok", "right")
	unknown.Task = &toolenv.Task{ID: "u"}
	if got := f.Missing([]*toolenv.Trajectory{e, short, unknown}); !cmp.Equal(got, []string{"t", "u"}) {
		t.Errorf("missing %v, want [t u]", got)
	}
}

func TestByName(t *testing.T) {
	o := DefaultOptions()
	o.Annotations = map[string]Annotation{"t": {}}
	for _, name := range Names {
		s, err := ByName(name, o)
		if err != nil || s.Name() != name {
			t.Errorf("ByName(%q) = %v, %v", name, s, err)
		}
	}
	if _, err := ByName("graf", o); err == nil || !strings.Contains(err.Error(), "graph") {
		t.Errorf("unknown name: %v", err)
	}
	if _, err := ByName("file", DefaultOptions()); err == nil {
		t.Error("file without annotations is accepted")
	}
}

func TestTokenContribution(t *testing.T) {
	got, err := TokenContribution(`{"error": "", "response": {"age": 47, "city": "Kolvanbar"}}`, `{"final_answer":"47"}`)
	if err != nil || math.Abs(got-.25) > 1e-12 { // one of age, 47, city, kolvanbar
		t.Errorf("%v, %v, want 1/4", got, err)
	}
}

// The statistics of the guard on numbers small enough to do by hand.
func TestStatistics(t *testing.T) {
	if got := auc([]float64{3, 2}, []float64{1, 2, 0}); got != 5.5/6 {
		t.Errorf("auc %g, want 5.5/6", got)
	}
	if got := auc(nil, []float64{1}); got != 1 {
		t.Errorf("auc without solved episodes %g", got)
	}
	if got := correlation([]float64{1, 2, 3}, []float64{2, 4, 6}); math.Abs(got-1) > 1e-15 {
		t.Errorf("correlation %g, want 1", got)
	}
	if got := correlation([]float64{1, 2, 3, 4}, []float64{1, 0, 0, 1}); got != 0 {
		t.Errorf("correlation %g, want 0", got)
	}
	if got := correlation([]float64{1, 1}, []float64{1, 2}); got != 0 {
		t.Errorf("correlation with a constant %g", got)
	}
	if got := lcs([]rune("stepgrain"), []rune("serpentina")); got != 5 { // s e p … : s-e-p-i-n
		t.Errorf("lcs %d, want 5", got)
	}
}
