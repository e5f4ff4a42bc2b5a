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

// An annotation pays the steps that it was made for, each once, in whatever
// order, and nothing else of the task.
func TestFile(t *testing.T) {
	const seen, other = `{"error": "", "response": {"age": 47}}`, `{"error": "", "response": {"age": 48}}`
	a := Annotation{Query: "how old?", IsSolved: .5, Final: `{"final_answer": "47", "return_type": "give_answer"}`, Steps: []AnnotatedStep{
		{Name: "f_for_x", Args: `{"name": "Ann", "n": 1}`, Response: seen, SuccCalling: 1, Contribution: 5},
		{Name: "g_for_x", Args: `{}`, Response: seen, SuccCalling: 0, Contribution: 2}}}
	f := File{Alpha: 1, Annotations: map[string]Annotation{"t": a}}
	turn := func(name, args, answer string) toolenv.Turn {
		return toolenv.Turn{Call: &toolenv.Call{Name: name, Args: []byte(args)}, Observation: answer, Milestone: -1}
	}
	ann, right := turn("f_for_x", ` {"n":1,"name":"\u0041nn"}`, seen), turn(toolenv.FinishName, `{"return_type":"give_answer","final_answer":"47"}`, "")
	for what, c := range map[string]struct {
		turns    []toolenv.Turn
		want     []float64
		coverage Coverage
	}{
		"the trajectory itself": {[]toolenv.Turn{ann, turn("g_for_x", `{}`, seen), right}, []float64{1, .2, .5}, Coverage{1, 3, 0, 1, 1}},
		"another order":         {[]toolenv.Turn{turn("g_for_x", `{}`, seen), ann}, []float64{.2, 1}, Coverage{1, 2, 0, 1, 1}},
		"a praised call again":  {[]toolenv.Turn{ann, ann, ann}, []float64{1, 0, 0}, Coverage{1, 3, 2, 0, 1}},
		"other arguments":       {[]toolenv.Turn{turn("f_for_x", `{"name":"Bob","n":1}`, seen), right}, []float64{0, .5}, Coverage{1, 2, 1, 0, 1}},
		"another function":      {[]toolenv.Turn{turn("h_for_x", `{}`, seen)}, []float64{0}, Coverage{1, 1, 1, 0, 0}},
		"another answer":        {[]toolenv.Turn{turn("f_for_x", `{"name":"Ann","n":1}`, other)}, []float64{0}, Coverage{1, 1, 1, 0, 0}},
		"another Finish":        {[]toolenv.Turn{turn(toolenv.FinishName, `{"return_type":"give_answer","final_answer":"48"}`, "")}, []float64{0}, Coverage{1, 1, 1, 0, 0}},
		"an unreadable action":  {[]toolenv.Turn{{Observation: seen}, ann, right}, []float64{0, 1, .5}, Coverage{1, 3, 1, 1, 1}},
		"nothing":               {nil, nil, Coverage{Episodes: 1}},
	} {
		e := &toolenv.Trajectory{Task: &toolenv.Task{ID: "t", Query: "how old?"}, Turns: c.turns}
		for range 2 { // shaping again changes nothing
			f.Shape(e)
			if !near(rewards(e), c.want) {
				t.Errorf("%s: rewards %v, want %v", what, rewards(e), c.want)
			}
		}
		if got := f.Coverage([]*toolenv.Trajectory{e}); got != c.coverage {
			t.Errorf("%s: %+v, want %+v", what, got, c.coverage)
		}
	}
	for _, task := range []toolenv.Task{{ID: "u", Query: "how old?"}, {ID: "t", Query: "how tall?"}} {
		e := &toolenv.Trajectory{Task: &task, Turns: []toolenv.Turn{ann, right}}
		f.Shape(e)
		if got := f.Coverage([]*toolenv.Trajectory{e}); e.Return() != 0 || got != (Coverage{Steps: 2, Unpaid: 2}) {
			t.Errorf("task %s, %q: return %g, %+v", task.ID, task.Query, e.Return(), got)
		}
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
	if got := auc(nil, []float64{1}); got != .5 {
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
