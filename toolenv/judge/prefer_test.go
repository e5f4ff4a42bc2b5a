package judge

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

func passOf(id string, s ...steptool.SolvedStatus) []answers.Judged {
	j := answers.Judged{ID: id}
	for n, x := range s {
		j.IsSolved = append(j.IsSolved, answers.Verdict{Repeat: n, Status: x})
	}
	return []answers.Judged{j}
}

// Whichever order the answers are shown in, the one that the model means wins.
func TestPreferFollowsTheAnswer(t *testing.T) {
	ref := []answers.Converted{converted("1", warm, "Finish good")}
	out := []answers.Converted{converted("1", warm, "Finish bad")}
	orders := map[bool]int{}
	j, f := newFake(func(function, prompt string, _ int) string {
		if function != "select_better_answer" {
			return `{"answer_status": "Solved"}`
		}
		first := strings.Index(prompt, "good") < strings.Index(prompt, "bad")
		orders[first]++
		if first {
			return `{"index": 0}`
		}
		return `{"index": 1}`
	})
	r, err := j.Prefer(context.Background(), ref, out, PreferOptions{Rounds: 20})
	if err != nil || r.Preferences[0].Ref != 20 || r.Summary.Losses != 1 || r.Summary.WinRate() != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if orders[true] < 3 || orders[false] < 3 {
		t.Errorf("orders %v: hardly shuffled", orders)
	}
	if n := f.asked("check_answer_status"); n != 40 {
		t.Errorf("%d statuses", n)
	}
	prompt := ""
	for p := range f.seen {
		if strings.HasPrefix(p, "select") {
			prompt = p
		}
	}
	if strings.Contains(prompt, "CoT@1") {
		t.Error("the method is shown")
	}
}

func TestPreferRules(t *testing.T) {
	good, bad := converted("1", warm, "Finish good"), converted("1", warm, "Finish bad")
	const solved, unsure, unsolved = steptool.Solved, steptool.Unsure, steptool.Unsolved
	for _, tt := range []struct {
		name         string
		ref, out     []answers.Converted
		pass1, pass2 []answers.Judged
		statuses     [2]string // of good and bad, when asked
		want         Preference
		asked        int // selections
	}{
		{"better status", []answers.Converted{good}, []answers.Converted{bad}, passOf("1", unsure), passOf("1", solved), [2]string{}, Preference{ID: "1", Out: 1, Complete: []bool{true}}, 0},
		{"equal status", []answers.Converted{good}, []answers.Converted{bad}, passOf("1", unsure), passOf("1", unsure), [2]string{}, Preference{ID: "1", Ref: 1, Complete: []bool{true}}, 1},
		{"identical", []answers.Converted{good}, []answers.Converted{good}, nil, nil, [2]string{}, Preference{ID: "1", Ties: 1, Complete: []bool{true}}, 0},
		{"one solved", []answers.Converted{bad}, []answers.Converted{good}, nil, nil, [2]string{"Solved", "Unsolved"}, Preference{ID: "1", Out: 1, Complete: []bool{true}}, 0},
		{"one unsure", []answers.Converted{bad}, []answers.Converted{good}, nil, nil, [2]string{"Unsolved", "Unsure"}, Preference{ID: "1", Ref: 1, Complete: []bool{true}}, 0},
		{"only one answered", []answers.Converted{bad}, nil, nil, nil, [2]string{}, Preference{ID: "1", Ref: 1, Complete: []bool{true}}, 0},
		{"a repeat without a verdict", []answers.Converted{good}, []answers.Converted{bad}, passOf("1"), passOf("1", solved), [2]string{"Unsolved", "Unsolved"}, Preference{ID: "1", Ref: 1, Complete: []bool{true}}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j, f := newFake(func(function, prompt string, _ int) string {
				status := tt.statuses[1]
				if strings.Contains(prompt, "good") {
					status = tt.statuses[0]
				}
				if function == "select_better_answer" {
					if strings.Index(prompt, "good") < strings.Index(prompt, "bad") {
						return `{"index": 0}`
					}
					return `{"index": 1.0}`
				}
				return `{"answer_status": "` + status + `"}`
			})
			r, err := j.Prefer(context.Background(), tt.ref, tt.out, PreferOptions{Rounds: 1, RefPass: tt.pass1, OutPass: tt.pass2})
			if err != nil || !reflect.DeepEqual(r.Preferences[0], tt.want) {
				t.Errorf("%+v, %v; want %+v", r.Preferences, err, tt.want)
			}
			if n := f.asked("select_better_answer"); n != tt.asked {
				t.Errorf("%d selections, want %d", n, tt.asked)
			}
		})
	}
}

// Failures are recorded, left out of the rates, and made again by the next run.
func TestPreferFailuresAndResume(t *testing.T) {
	ref, out := manyAnswers(), manyAnswers()
	for i := range out {
		out[i] = converted(out[i].ID, warm, "Finish Bonn has 21.")
	}
	var first *PreferResult
	for _, threads := range []int{1, 7} {
		j, _ := newFake(half)
		r, err := j.Prefer(context.Background(), ref, out, PreferOptions{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && !reflect.DeepEqual(r, first) {
			t.Errorf("%d threads give other results", threads)
		}
		first = r
	}
	if s := first.Summary; s.Failed != 2 || s.Tasks != 6 {
		t.Errorf("%+v", s)
	}
	text := PreferText(first.Preferences, "a", "b")
	if !strings.Contains(text, `"failures": {`) || !strings.Contains(text, `"round_1": "incomplete"`) {
		t.Errorf("file:\n%s", text)
	}
	old, err := ParsePreferences(text, "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	j, f := newFake(func(function, _ string, _ int) string {
		if function == "select_better_answer" {
			return `{"index": 0}`
		}
		return `{"answer_status": "Solved"}`
	})
	r, err := j.Prefer(context.Background(), ref, out, PreferOptions{Existing: old})
	if err != nil || f.asked("select_better_answer") != 4 || r.Summary.Failed != 0 {
		t.Errorf("%v, %d selections, %+v", err, f.asked("select_better_answer"), r.Summary)
	}
	if _, err := ParsePreferences(text, "a", "c"); err == nil || !strings.Contains(err.Error(), "is this a comparison of a and c?") {
		t.Errorf("other systems: %v", err)
	}
}

// Entries that a run cannot go on from are judged anew: rounds counted without
// being complete, as the release leaves them, or decided by somebody else. An id
// given twice is one task, one without any answer none.
func TestPreferGoesOnFromSoundEntriesOnly(t *testing.T) {
	ref := []answers.Converted{converted("1", warm, "Finish good"), converted("2", warm, "Finish good"), converted("3", warm, "Finish good")}
	out := []answers.Converted{converted("1", warm, "Finish bad"), converted("2", warm, "Finish bad")}
	old := []Preference{
		{ID: "1", Out: 2, Complete: []bool{true, true}},
		{ID: "2", Out: 2, Complete: []bool{true, true}, Judge: RulesName},
		{ID: "3", Ref: 2, Complete: []bool{false, false}},
	}
	j, _ := newFake(func(function, prompt string, _ int) string {
		if function == "select_better_answer" {
			return fmt.Sprintf(`{"index": %d}`, map[bool]int{true: 0, false: 1}[strings.Index(prompt, "good") < strings.Index(prompt, "bad")])
		}
		return `{"answer_status": "Solved"}`
	})
	r, err := j.Prefer(context.Background(), ref, out, PreferOptions{IDs: []string{"1", "2", "3", "1", "none"}, Existing: old})
	if err != nil || len(r.Preferences) != 4 {
		t.Fatalf("%+v, %v", r, err)
	}
	for i, want := range [][2]int{{0, 2}, {2, 0}, {2, 0}, {0, 0}} {
		if p := r.Preferences[i]; p.Ref != want[0] || p.Out != want[1] || p.Judge != "" {
			t.Errorf("%+v, want rounds %v", p, want)
		}
	}
	if s := r.Summary; s.Tasks != 3 || s.Missing != 1 || s.Failed != 0 {
		t.Errorf("%+v", s)
	}
}

// Without a model the better status wins, and files say who judged.
func TestPreferByRules(t *testing.T) {
	ref := []answers.Converted{converted("1", warm, "Finish 21"), converted("2", warm, "Finish 21")}
	out := []answers.Converted{converted("1", warm, "Finish 7"), converted("2", warm, "Finish 21")}
	r, err := Rules{Answers: map[string]string{"1": "21", "2": "21"}}.Prefer(context.Background(), ref, out, PreferOptions{})
	if err != nil || r.Summary.Losses != 1 || r.Summary.Ties != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if text := PreferText(r.Preferences, "a", "b"); strings.Count(text, `"judge": "rules"`) != 2 {
		t.Errorf("file:\n%s", text)
	}
	// Pass results by rules have one repeat, which serves for every round.
	pass := func(s steptool.SolvedStatus) []answers.Judged {
		list := passOf("1", s)
		list[0].Judge = RulesName
		return list
	}
	j, f := newFake(func(string, string, int) string { return "!" })
	o := PreferOptions{Rounds: 3, RefPass: pass(steptool.Solved), OutPass: pass(steptool.Unsure)}
	if r, err := j.Prefer(context.Background(), ref[:1], out, o); err != nil || r.Preferences[0].Ref != 3 || len(f.log) != 0 || r.Preferences[0].Judge != RulesName {
		t.Errorf("%+v, %v, %d questions", r, err, len(f.log))
	}
	csv, err := PreferCSV(r.Preferences, "a", "b", ref, out, false)
	if err != nil || strings.Count(string(csv), "\tb\trules\r\n") != 2 {
		t.Errorf("%v, table:\n%s", err, csv)
	}
}

func TestFirstCharacters(t *testing.T) {
	for _, tt := range []struct {
		s    string
		n    int
		want string
	}{{"äöü", 2, "äö"}, {"äöü", 5, "äöü"}, {"\xed\xa0\xbdxy", 2, "\xed\xa0\xbdx"}, {"", 3, ""}, {"ab", 0, ""}} {
		if got := firstCharacters(tt.s, tt.n); got != tt.want {
			t.Errorf("firstCharacters(%q, %d) = %q", tt.s, tt.n, got)
		}
	}
}
