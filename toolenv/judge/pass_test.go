package judge

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

func ExamplePass() {
	list := []answers.Converted{converted("1", warm, answer), converted("2", warm, "give up")}
	r, err := Pass(context.Background(), Rules{}, list, PassOptions{Repeats: 1, IDs: []string{"1", "2", "3"}})
	for _, j := range r.Judged {
		fmt.Println(j.ID, j.IsSolved[0].Status, "by", j.Judge)
	}
	fmt.Printf("%.1f %% of %d, without an answer: %v, %v\n", 100*r.Summary.Mean, r.Summary.Tasks, r.Missing, err)
	// Output:
	// 1 AnswerStatus.Solved by rules
	// 2 AnswerStatus.Unsolved by rules
	// 33.3 % of 3, without an answer: [3], <nil>
}

// Two stages, shortcuts, and replies that are asked for again.
func TestStatus(t *testing.T) {
	for _, tt := range []struct {
		name   string
		c      answers.Converted
		check  []string // replies in turn
		parse  string
		want   steptool.SolvedStatus
		asked  int
		failed string
	}{
		{"solved", converted("1", warm, answer), []string{`{"answer_status": "Solved"}`}, "", steptool.Solved, 1, ""},
		{"unsure, then the whole", converted("1", warm, answer), []string{`{"answer_status": "Unsure"}`}, `{"answer_status": "Unsolved"}`, steptool.Unsolved, 2, ""},
		{"no Finish", converted("1", warm), nil, "", steptool.Unsolved, 0, ""},
		{"gave up", converted("1", warm, "give up"), nil, "", steptool.Unsolved, 0, ""},
		{"the words of giving up inside an answer", converted("1", "Finish Say give_up_and_restart."), []string{`{"answer_status": "Solved"}`}, "", steptool.Solved, 1, ""},
		{"Finish inside a response", converted("1", `weather {} => {'name': 'Finish'}`), nil, "", steptool.Unsolved, 0, ""},
		{"asked again", converted("1", answer), []string{"-", `{"answer_status": "Maybe"}`, `{"answer_status": "Solved"}`}, "", steptool.Solved, 3, ""},
		{"never right", converted("1", answer), []string{"not json", `["Solved"]`, `{"status": "Solved"}`}, "", "", 3, "reply to check_answer_status: arguments have no answer_status"},
		{"server fails", converted("1", answer), []string{"!"}, "", "", 1, "HTTP status 500"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j, f := newFake(func(function, _ string, n int) string {
				if function == "parse_answer_status" {
					return tt.parse
				}
				return tt.check[n]
			})
			got, err := j.Status(context.Background(), &tt.c)
			if got != tt.want && err == nil || (err != nil) != (tt.failed != "") || err != nil && !strings.Contains(err.Error(), tt.failed) {
				t.Errorf("%v, %v; want %v, %q", got, err, tt.want, tt.failed)
			}
			if len(f.log) != tt.asked {
				t.Errorf("asked %d times, want %d", len(f.log), tt.asked)
			}
		})
	}
}

// half answers some questions well, some not, by the prompt alone.
func half(function, prompt string, n int) string {
	switch {
	case strings.Contains(prompt, "query 3"):
		return "-"
	case strings.Contains(prompt, "query 5"):
		return "!"
	case function == "select_better_answer":
		return `{"index": 1}`
	case function == "evaluate_process_reward":
		return `{"succeed_tool_calling": [1], "contribution_to_final_answer": [4.5], "final_answer_status": "Unsure"}`
	case strings.Contains(prompt, "query 2"):
		return `{"answer_status": "Unsure"}`
	}
	return `{"answer_status": "Solved"}`
}

func manyAnswers() (list []answers.Converted) {
	for i := range 8 {
		list = append(list, converted(fmt.Sprint(i), warm, answer))
	}
	return list
}

// Results do not depend on the number of threads; failures are recorded and tried
// again by the next run, which asks nothing else.
func TestPassThreadsFailuresResume(t *testing.T) {
	var first []answers.Judged
	for _, threads := range []int{1, 3, 50} {
		j, _ := newFake(half)
		r, err := Pass(context.Background(), j, manyAnswers(), PassOptions{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = r.Judged
		} else if !reflect.DeepEqual(r.Judged, first) {
			t.Errorf("%d threads give other results", threads)
		}
		if s := r.Summary; s.Failed != 6 || s.Mean != 5.5/8 || s.Std != 0 || s.Length != 2 {
			t.Errorf("%+v", s)
		}
	}
	if f := first[3].Failures; len(f) != 3 || f[1].Repeat != 1 || !strings.Contains(f[1].Reason, "no call") {
		t.Errorf("failures %+v", f)
	}
	j, f := newFake(func(string, string, int) string { return `{"answer_status": "Unsolved"}` })
	r, err := Pass(context.Background(), j, manyAnswers(), PassOptions{Existing: first, Threads: 2})
	if err != nil || len(f.log) != 6 || r.Summary.Failed != 0 {
		t.Errorf("%v, %d questions, %+v", err, len(f.log), r.Summary)
	}
	// Verdicts of another judge, or on another answer, are not taken over.
	if r, _ := Pass(context.Background(), Rules{}, manyAnswers(), PassOptions{Existing: first, Repeats: 1}); r.Judged[0].Judge != RulesName || len(r.Judged[0].IsSolved) != 1 {
		t.Errorf("rules took over %+v", r.Judged[0])
	}
}

func TestPassEndsWithItsContextOrSave(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	j, f := newFake(func(_, _ string, n int) string { cancel(); return `{"answer_status": "Solved"}` })
	if _, err := Pass(ctx, j, manyAnswers(), PassOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if len(f.log) > 2 {
		t.Errorf("%d questions after the end", len(f.log))
	}
	full := errors.New("disk full")
	j, _ = newFake(half)
	if _, err := Pass(context.Background(), j, manyAnswers(), PassOptions{Save: func([]answers.Judged) error { return full }}); err != full {
		t.Errorf("error %v", err)
	}
}

func TestRules(t *testing.T) {
	known := Rules{Answers: map[string]string{"k": "It is 21 degrees in Bonn"}}
	for _, tt := range []struct {
		c    answers.Converted
		want steptool.SolvedStatus
	}{
		{converted("k", answer), steptool.Solved},
		{converted("k", "Finish 22"), steptool.Unsolved},
		{converted("1", warm, answer), steptool.Solved},
		{converted("1", warm, "Finish Penguins prefer marmalade sandwiches."), steptool.Unsure},
		{converted("1", warm, "Finish Sorry, I could not find it in Bonn."), steptool.Unsolved},
		{converted("1", answer), steptool.Unsolved},
		{converted("1", "moon {} => "+wellDone, answer), steptool.Unsolved},
		{converted("1", `weather {} => {"error": "no", "response": ""}`, answer), steptool.Unsolved},
		{converted("1", warm), steptool.Unsolved},
		{converted("1", warm, "give up"), steptool.Unsolved},
		{converted("1", warm, "Finish  "), steptool.Unsolved},
	} {
		if got, err := known.Status(context.Background(), &tt.c); got != tt.want || err != nil {
			_, final, _ := tt.c.Steps()
			t.Errorf("%s %s: %v, %v; want %v", tt.c.ID, final, got, err, tt.want)
		}
	}
}

func TestHallucinated(t *testing.T) {
	c := converted("1", "moon {} => x", warm, " {} => x", answer)
	if got := Hallucinated(&c); !slices.Equal(got, []int{0, 2}) {
		t.Errorf("%v", got)
	}
	c.Tools = nil
	if got := Hallucinated(&c); got != nil {
		t.Errorf("without a list: %v", got)
	}
}

// refusing is a server that nobody is let into.
type refusing struct{ n atomic.Int32 }

func (r *refusing) Chat(context.Context, endpoint.ChatRequest) (endpoint.ChatResponse, error) {
	r.n.Add(1)
	return endpoint.ChatResponse{}, &endpoint.Error{Kind: endpoint.Status, Status: 401, URL: "http://judge"}
}

// A judge that lets nobody in ends a run early; what failed is recorded.
func TestRunsEndWhenNobodyListens(t *testing.T) {
	list := append(manyAnswers(), manyAnswers()...)
	for i := range list {
		list[i].ID = fmt.Sprint(i)
	}
	r := &refusing{}
	j := New(Options{Chat: r})
	p, err := Pass(context.Background(), j, list, PassOptions{})
	if err == nil || !strings.Contains(err.Error(), "the first 8 questions failed") || p.Summary.Failed != 8 || r.n.Load() > 10 {
		t.Errorf("%v, %d failures, %d questions", err, p.Summary.Failed, r.n.Load())
	}
	if _, err := Annotate(context.Background(), LLM{j}, list, AnnotateOptions{}); err == nil || !strings.Contains(err.Error(), "HTTP status 401") {
		t.Errorf("annotations: %v", err)
	}
	if _, err := j.Prefer(context.Background(), list, shifted(list), PreferOptions{}); err == nil || !strings.Contains(err.Error(), "HTTP status 401") {
		t.Errorf("preferences: %v", err)
	}
	if _, err := j.Solvable(context.Background(), make([]Question, 20), SolvableOptions{Repeats: 1}); err == nil || !strings.Contains(err.Error(), "HTTP status 401") {
		t.Errorf("solvability: %v", err)
	}
}

// shifted are other answers to the same tasks.
func shifted(list []answers.Converted) (out []answers.Converted) {
	for _, c := range list {
		out = append(out, converted(c.ID, warm, "Finish otherwise"))
	}
	return out
}
