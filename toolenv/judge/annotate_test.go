package judge

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/reward"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

func ExampleAnnotate() {
	list := []answers.Converted{converted("1", "moon {} => x", warm, answer)}
	r, err := Annotate(context.Background(), RuleAnnotator{}, list, AnnotateOptions{Repeats: 1})
	fmt.Println(r.Annotations[0].Rewards(), r.Failures, err)
	// Output: [0 1 1] [] <nil>
}

// process is what the model says about steps.
func process(succeeded, contributions, status string) string {
	return fmt.Sprintf(`{"succeed_tool_calling": %s, "contribution_to_final_answer": %s, "final_answer_status": %q}`, succeeded, contributions, status)
}

// Judgements that do not fit the steps are asked for again, and then listed.
func TestLLMChecks(t *testing.T) {
	for _, tt := range []struct{ reply, want string }{
		{process("[1]", "[5]", "Solved"), ""},
		{process("[1.0]", "[2.5]", "Unsure"), ""},
		{process("[1, 1]", "[5, 5]", "Solved"), "2 successes and 2 contributions for 1 steps"},
		{process("[1]", "[6]", "Solved"), "contribution 6 (0 to 5)"},
		{process("[-1]", "[5]", "Solved"), "success -1 (0 to 1)"},
		{process(`"1"`, "[5]", "Solved"), "'1' is not a list of numbers"},
		{process("[true]", "[5]", "Solved"), "element 0 is True, not a number"},
		{process("[1]", "[5]", "Maybe"), "final_answer_status is 'Maybe'"},
		{`{"succeed_tool_calling": [1], "final_answer_status": "Solved"}`, "no contribution_to_final_answer"},
		{"-", "no call"},
	} {
		j, f := newFake(func(string, string, int) string { return tt.reply })
		list := []answers.Converted{converted("1", warm, answer)}
		r, err := Annotate(context.Background(), LLM{j}, list, AnnotateOptions{Repeats: 1})
		if err != nil {
			t.Fatal(err)
		}
		if tt.want == "" {
			if len(r.Annotations) != 1 || r.Annotations[0].Validate() != nil || len(f.log) != 1 {
				t.Errorf("%s: %+v", tt.reply, r)
			}
			continue
		}
		if len(r.Annotations) != 0 || len(r.Failures) != 1 || !strings.Contains(r.Failures[0].Error(), tt.want) || len(f.log) != 3 {
			t.Errorf("%s: %v after %d questions, want %q", tt.reply, r.Failures, len(f.log), tt.want)
		}
	}
}

// An answer that ends without Finish keeps its last call, and is not solved.
func TestUnfinishedTrajectory(t *testing.T) {
	c := converted("1", warm)
	j, _ := newFake(func(string, string, int) string { return process("[1]", "[5]", "Solved") })
	r, err := Annotate(context.Background(), LLM{j}, []answers.Converted{c}, AnnotateOptions{Repeats: 1})
	if err != nil || len(r.Annotations) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if a := r.Annotations[0]; len(a.Steps) != 1 || a.FinalStep != "" || a.Repeats[0].Status != steptool.Unsolved {
		t.Errorf("%+v", a)
	}
	if old := NewTrajectory(&c, true); len(old.Steps) != 0 || old.Final == "" {
		t.Errorf("released: %+v", old)
	}
}

func TestAnnotateThreadsFailuresResume(t *testing.T) {
	var first *AnnotateResult
	for _, threads := range []int{1, 9} {
		j, _ := newFake(half)
		r, err := Annotate(context.Background(), LLM{j}, manyAnswers(), AnnotateOptions{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && fmt.Sprint(r.Failures, r.Annotations) != fmt.Sprint(first.Failures, first.Annotations) {
			t.Errorf("%d threads give other results", threads)
		}
		first = r
	}
	if len(first.Annotations) != 6 || len(first.Failures) != 6 {
		t.Errorf("%d annotations, %d failures", len(first.Annotations), len(first.Failures))
	}
	j, f := newFake(func(string, string, int) string { return process("[0]", "[0]", "Unsolved") })
	r, err := Annotate(context.Background(), LLM{j}, manyAnswers(), AnnotateOptions{Existing: first.Annotations})
	if err != nil || len(f.log) != 6 || len(r.Annotations) != 8 {
		t.Errorf("%v, %d questions, %d annotations", err, len(f.log), len(r.Annotations))
	}
}

// Types that the rules do not know, as functions of other systems have them,
// restrict nothing and break nothing.
func TestHybridUnknownTypes(t *testing.T) {
	tool, err := pyliteral.FromJSON(`{"function": {"name": "f", "parameters": {"properties": {"a": {"type": ["string", "null"]}, "b": {"type": "array"}, "c": 3, "lat": {"type": "integer"}}}}}`)
	if err != nil {
		t.Fatal(err)
	}
	c := answers.Converted{ID: "1", Tools: []pyliteral.Dict{tool.(pyliteral.Dict)}}
	call := answers.Call{Name: "f", Arguments: `{"a": null, "b": [1], "c": "x", "lat": 52.5}`}
	if wrong := (Hybrid{}).Malformed(NewTrajectory(&c, false), call); wrong != "" {
		t.Error(wrong)
	}
}

// The model sees well-formed calls only, and the others have earned nothing.
func TestHybrid(t *testing.T) {
	c := converted("1", "moon {} => x", `weather {"days": 3} => x`, `weather {"city": 5} => x`, "weather Bonn => x", warm, answer)
	shown := ""
	j, _ := newFake(func(_, prompt string, _ int) string {
		shown = prompt
		return process("[1]", "[4]", "Solved")
	})
	h := Hybrid{LLM: LLM{j}}
	r, err := Annotate(context.Background(), h, []answers.Converted{c}, AnnotateOptions{Repeats: 1})
	if err != nil || len(r.Failures) > 0 {
		t.Fatal(err, r.Failures)
	}
	a := r.Annotations[0]
	if got := a.Repeats[0]; !reflect.DeepEqual(got.Succeeded, []float64{0, 0, 0, 0, 1}) || !reflect.DeepEqual(got.Contributions, []float64{0, 0, 0, 0, 4}) {
		t.Errorf("%+v", got)
	}
	if strings.Count(shown, "Step ") != 1 || !strings.Contains(shown, "Step 5: ") || Label(&a) != "hybrid" {
		t.Errorf("label %q, shown:\n%s", Label(&a), shown)
	}
	for i, want := range []string{`there is no function "moon"`, "missing argument 'city'", "argument 'city' must be string", "the arguments are no JSON object", "", ""} {
		tr := NewTrajectory(&c, false)
		_, _, calls := c.Steps()
		if got := h.Malformed(tr, calls[i]); got != want && !(i == 5 && got == "") {
			t.Errorf("call %d: %q, want %q", i, got, want)
		}
	}
	h.API = func(id, function string) (toolenv.API, bool) {
		return toolenv.API{Required: []toolenv.Parameter{{Name: "days", Type: "NUMBER"}}}, id == "1"
	}
	tr := NewTrajectory(&c, false)
	if got := h.Malformed(tr, tr.Calls[4]); got != "missing argument 'days'" {
		t.Errorf("parameters of the query: %q", got)
	}
}

func TestRuleAnnotatorReleased(t *testing.T) {
	list := []answers.Converted{converted("1", "weather {} => no JSON", answer)}
	r, err := Annotate(context.Background(), RuleAnnotator{Steps: reward.Rules{Released: true}}, list, AnnotateOptions{Repeats: 1})
	if err != nil || len(r.Failures) != 1 || !strings.Contains(r.Failures[0].Error(), "observation is not JSON") {
		t.Errorf("%+v, %v", r.Failures, err)
	}
	if r, _ := Annotate(context.Background(), RuleAnnotator{}, list, AnnotateOptions{Repeats: 1}); len(r.Annotations) != 1 || r.Annotations[0].Rewards()[0] != 0 {
		t.Errorf("corrected: %+v", r)
	}
}

func TestLoadOpinions(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "opinions")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	got, err := LoadOpinions(write(`{"id": "1", "succeeded": [1], "contributions": [4], "status": "Solved"}` + "\n\n" +
		`{"id": "1", "succeeded": [0.5], "contributions": [0], "status": "Unsure"}` + "\n"))
	if err != nil || len(got["1"]) != 2 || got["1"][1].Status != steptool.Unsure || got["1"][1].Succeeded[0] != .5 {
		t.Errorf("%+v, %v", got, err)
	}
	const annotations = `{"1": {"query": "q", "tool_names": [], "answer_steps": [], "process_reward": {"0": {"succeed_tool_calling": [], "contributions": []}},
 "final_step": "", "is_solved": {"0": "AnswerStatus.Solved"}}}`
	if got, err := LoadOpinions(write(annotations)); err != nil || got["1"][0].Status != steptool.Solved {
		t.Errorf("%+v, %v", got, err)
	}
	for text, want := range map[string]string{
		`{"id": "1", "succeeded": [1], "contributions": [4], "status": "Solve"}`:    `line 1: status "Solve"`,
		`{"id": "1", "succeeded": ["1"], "contributions": [4], "status": "Solved"}`: "line 1: succeeded is ['1'], not a list of numbers",
		`{"id": "1", "succeeded": [1], "status": "Solved"}`:                         "line 1: contributions is None",
		`{"id": 1}`:         "line 1: id is 1, not a text",
		`{"id": "1"}`:       "line 1: no field status",
		`{"id": "1"} x`:     "expected an object",
		"{\"id\":\"1\"}\nx": "line 1: no field status",
	} {
		if _, err := LoadOpinions(write(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
