package metrics

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/stats"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

const (
	worked = `{"error": "", "response": {"t": 21}}`
	failed = `{"error": "Function executing error... f() got an unexpected keyword argument 'x'", "response": ""}`
	broken = `{"error": "Internal server error", "response": ""}`
	nobody = `{"error": "No such function name: ghost", "response": ""}`
	refuse = `{"error": "Tool input parse error...\n", "response": ""}`
	answer = `{"return_type": "give_answer", "final_answer": "21"}`
)

func call(name, arguments, response string) answers.Call {
	return answers.Call{Name: name, Arguments: arguments, Response: response}
}

func TestCategories(t *testing.T) {
	a := Answer{Functions: []string{"f", "g", "h", "Finish"}, Calls: []answers.Call{
		call("f", `{`, refuse),             // parse
		call("", `{}`, worked),             // parse: no name
		call("ghost", `{}`, nobody),        // hallucinated
		call("f", `{"x": 1}`, failed),      // arguments
		call("g", `{}`, broken),            // other
		call("h", `{}`, worked),            // selection: not relevant
		call("g", ``, worked),              // fine: no arguments at all
		call("Finish", "{\"a\": \"\n", ""), // fine: cut off, and with a line end inside
	}}
	relevant := []string{"f", "g", "missed"}
	if got, want := a.Categories(relevant, nil), (Errors{2, 1, 1, 2, 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	picky := func(name, arguments string) bool { return name != "g" }
	if got, want := a.Categories(relevant, picky), (Errors{2, 1, 3, 2, 0}); got != want {
		t.Errorf("with schemas: %+v, want %+v", got, want)
	}
	if got, want := a.Categories(nil, nil), (Errors{2, 1, 1, 0, 1}); got != want {
		t.Errorf("relevance unknown: %+v, want %+v", got, want)
	}
	if got, want := a.ReleasedCategories(), (Errors{1, 1, 2, 0, 0}); got != want {
		t.Errorf("released: %+v, want %+v", got, want)
	}
	if a.Clean() || !a.Finished() || a.Answered() {
		t.Errorf("clean %v, finished %v, answered %v", a.Clean(), a.Finished(), a.Answered())
	}
	if e := (Errors{1, 2, 3, 4, 5}); e.Total() != 10 {
		t.Errorf("%d errors of the paper's categories", e.Total())
	}
}

// Where no list of functions is stored, nothing is known to be off it; and what a
// tool did not expect is not the caller's doing.
func TestCategoriesWithoutFunctions(t *testing.T) {
	a := Answer{Calls: []answers.Call{call("f", `{}`, worked), call("ghost", `{}`, nobody), call("g", `{}`, `{"error": "An unexpected error occurred", "response": ""}`), call("Finish", answer, "")}}
	if got, want := a.Categories([]string{"f", "g"}, nil), (Errors{0, 1, 0, 0, 1}); got != want || a.Clean() {
		t.Errorf("%+v, want %+v; clean %v", got, want, a.Clean())
	}
	a.Calls = a.Calls[:1]
	if !a.Clean() {
		t.Error("nothing is known to be off the list, and the answer is not clean")
	}
	a = Answer{Functions: []string{"f"}, Calls: []answers.Call{call("Finish", answer, "")}}
	if got := a.Categories(nil, nil); got != (Errors{}) || !a.Clean() {
		t.Errorf("Finish, which is always on offer: %+v, clean %v", got, a.Clean())
	}
}

// The product is the quotient of binomial coefficients, also of large ones.
func TestPassAtK(t *testing.T) {
	for _, n := range []int{1, 2, 5, 20, 200, 1000} {
		for _, c := range []int{0, 1, n / 3, n - 1, n} {
			for _, k := range []int{1, 2, 8, 100, n} {
				if k > n {
					continue
				}
				all := new(big.Rat).SetFrac(new(big.Int).Binomial(int64(n-c), int64(k)), new(big.Int).Binomial(int64(n), int64(k)))
				none, _ := all.Float64()
				if got := PassAtK(n, c, k); math.Abs(got-(1-none)) > 1e-12 {
					t.Errorf("PassAtK(%d, %d, %d) = %.15g, want %.15g", n, c, k, got, 1-none)
				}
			}
		}
	}
	// Each of two unsure samples is solved or not: the mean over the four cases.
	want := (PassAtK(5, 1, 2) + 2*PassAtK(5, 2, 2) + PassAtK(5, 3, 2)) / 4
	if got := PassAtKUnsure(5, 1, 2, 2); math.Abs(got-want) > 1e-15 {
		t.Errorf("two unsure: %g, want %g", got, want)
	}
	if got := PassAtKUnsure(4, 1, 2, 1); math.Abs(got-.5) > 1e-15 {
		t.Errorf("k = 1 is the pass rate, .5: %g", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("PassAtK(2, 0, 3) did not panic")
		}
	}()
	PassAtK(2, 0, 3)
}

func solvedBy(verdicts ...steptool.SolvedStatus) []steptool.SolvedStatus { return verdicts }

// A reference for the tests: task 1 needs f, task 2 f and g.
var known = &Reference{
	Relevant: func(id string) ([]string, bool) {
		r, ok := map[string][]string{"1": {"f"}, "2": {"f", "g"}}[id]
		return r, ok
	},
	Tasks: func(subset string) int { return map[string]int{"G1_tool": 2, "G1_category": 1}[subset] },
}

// Missing repeats score 0, tasks without an answer are not counted, and what is
// missing shows.
func TestTable(t *testing.T) {
	finish := call("Finish", answer, "")
	a := System{Method: "a", Strategy: "cot", Subsets: []Subset{{Name: "G1_tool", Answers: []Answer{
		{ID: "1", Functions: []string{"f", "Finish"}, Calls: []answers.Call{call("f", `{}`, worked), finish}, Verdicts: solvedBy(steptool.Solved, steptool.Unsure, steptool.Solved)},
		{ID: "2", Functions: []string{"f", "g", "Finish"}, Calls: []answers.Call{call("f", `{}`, failed), call("f", `{}`, worked), finish}, Verdicts: solvedBy(steptool.Solved)},
	}}}}
	b := System{Method: "b", Strategy: "cot", Subsets: []Subset{{Name: "G1_tool"}, {Name: "mine", Answers: []Answer{
		{ID: "x", Functions: []string{"f"}, Calls: []answers.Call{call("f", `{}`, worked), call("f", `{}`, worked)}, Verdicts: solvedBy(steptool.Solved)},
	}}}}
	list := Table([]System{a, b}, known, 0, stats.Options{Resamples: 100})
	if len(list) != 3 || list[0].Group != "I1" || list[1].Group != "G1_tool" || list[2].Group != "mine" {
		t.Fatalf("%d lines", len(list))
	}
	s := list[0]
	// Repeats: (1+1)/2, (.5+0)/2, (1+0)/2 -> 1, .25, .5
	mean := (1 + .25 + .5) / 3
	std := math.Sqrt(((1-mean)*(1-mean) + (.25-mean)*(.25-mean) + (.5-mean)*(.5-mean)) / 3)
	for what, pair := range map[string][2]float64{
		"pass_mean": {s.PassMean, 100 * mean}, "pass_std": {s.PassStd, 100 * std}, "pass_std_group": {s.PassStdGroup, 100 * std},
		// task 1: f and Finish of f and Finish; task 2: only Finish, since the first f failed
		"recall_paper": {*s.RecallPaper, (1 + 1./3) / 2}, "recall_any": {*s.RecallAny, (1 + .5) / 2}, "recall_success": {*s.RecallSuccess, (1 + .5) / 2},
		"finish_rate": {s.FinishRate, 1}, "calls_mean": {s.CallsMean, 2.5}, "error_arguments": {s.ArgumentErrors, .2}, "error_selection": {s.SelectionErrors, .2},
		// capped at two calls, the most of b: task 2 counts as unsolved
		"pass_mean_capped": {s.PassMeanCapped, 100 * (1 + .5 + 1) / 3 / 2}, "finish_rate_capped": {s.FinishRateCapped, .5},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-9 {
			t.Errorf("%s = %g, want %g", what, pair[0], pair[1])
		}
	}
	if s.N != 2 || s.Expected != 3 || s.Complete || s.CallsMax != 3 || s.OverBudget != 1 || s.Budget != 2 || s.Repeats != 3 {
		t.Errorf("%+v", s)
	}
	if tool := list[1]; tool.Expected != 2 || !tool.Complete {
		t.Errorf("G1_tool: %d of %d, complete %v", tool.N, tool.Expected, tool.Complete)
	}
	if mine := list[2]; mine.RecallPaper != nil || mine.Complete || mine.Expected != 0 || mine.PassMean != 100 {
		t.Errorf("tasks of which nothing is known: %+v", mine)
	}
}

// The deviation of a group is the weighted mean of its subsets' deviations; that
// of its own repeats is smaller when they differ in opposite directions.
func TestDeviations(t *testing.T) {
	up := Subset{Name: "G1_tool", Answers: []Answer{{ID: "1", Verdicts: solvedBy(steptool.Unsolved, steptool.Solved)}}}
	down := Subset{Name: "G1_category", Answers: []Answer{{ID: "2", Verdicts: solvedBy(steptool.Solved, steptool.Unsolved)}}}
	s := Table([]System{{Subsets: []Subset{up, down}}}, known, 0, stats.Options{Resamples: 10})[0]
	if s.PassStd != 50 || s.PassStdGroup != 0 || s.PassMean != 50 || !(s.RecallPaper != nil) {
		t.Errorf("deviation %g, of the group %g", s.PassStd, s.PassStdGroup)
	}
}

func TestJudgesAreNamed(t *testing.T) {
	sys := System{Subsets: []Subset{{Answers: []Answer{{}, {}}}, {Answers: []Answer{{Judge: "rules"}}}}}
	if got := sys.Judge(); got != "model + rules" {
		t.Error(got)
	}
	sys.Subsets = sys.Subsets[1:]
	if got := sys.Judge(); got != "rules" {
		t.Error(got)
	}
	if got := joined("rules", "", false); got != "rules + model" {
		t.Error(got)
	}
}

// A system without answers has no budget that others could be held to.
func TestBudget(t *testing.T) {
	two := System{Subsets: []Subset{{Answers: []Answer{{Calls: make([]answers.Call, 2)}}}}}
	three := System{Subsets: []Subset{{Answers: []Answer{{Calls: make([]answers.Call, 3)}, {}}}}}
	if got := Budget([]System{{}, three, two, {Subsets: []Subset{{Name: "empty"}}}}); got != 2 {
		t.Errorf("budget %d, want 2", got)
	}
}

func TestGroupOf(t *testing.T) {
	for subset, want := range map[string]string{"G1_tool": "I1", "G3_instruction": "I3", "G4_x": "", "G1_mine": "", "toollens": "", "G12_x": ""} {
		if got := GroupOf(subset); got != want {
			t.Errorf("GroupOf(%s) = %q, want %q", subset, got, want)
		}
	}
}

func ExampleTable() {
	call := func(name, response string) answers.Call {
		return answers.Call{Name: name, Arguments: "{}", Response: response}
	}
	system := System{Method: "mine", Strategy: "cot", Subsets: []Subset{{Name: "G1_tool", Answers: []Answer{{
		ID: "588", Functions: []string{"weather_for_sky", "Finish"},
		Calls:    []answers.Call{call("weather_for_sky", `{"error": "", "response": "sunny"}`), call("Finish", "")},
		Verdicts: []steptool.SolvedStatus{steptool.Solved, steptool.Unsure, steptool.Solved},
	}}}}}
	ref := &Reference{Relevant: func(string) ([]string, bool) { return []string{"weather_for_sky"}, true }}
	for _, s := range Table([]System{system}, ref, 0, stats.Options{}) {
		fmt.Printf("%-7s n %d, pass %.1f ± %.1f %%, recall %.2f, at most %d calls\n", s.Group, s.N, s.PassMean, s.PassStd, *s.RecallPaper, s.CallsMax)
	}
	// Output:
	// I1      n 1, pass 83.3 ± 23.6 %, recall 1.00, at most 2 calls
	// G1_tool n 1, pass 83.3 ± 23.6 %, recall 1.00, at most 2 calls
}
