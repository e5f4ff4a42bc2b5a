package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

const finish = `{"return_type": "give_answer", "final_answer": "green tea"}`

// tea is a trajectory of two calls.
func tea() *Trajectory {
	return &Trajectory{ID: "7", Query: "What tea is there?", User: userText("What tea is there?"),
		Functions: []pyliteral.Dict{{{Key: "name", Value: "find"}}, {{Key: "name", Value: "Finish"}}},
		Turns: []Turn{
			{Thought: "look", Name: "find", Arguments: `{"q": "tea"}`, Observation: `{"error": "", "response": "green"}`},
			{Name: "Finish", Arguments: finish},
		}}
}

func Example() {
	annotations, err := ReadAnnotations("judged.json", strings.NewReader(`{"7": {"query": "What tea is there?",
		"answer_steps": ["Step 1: {'name': 'find', 'arguments': '{\"q\": \"tea\"}', 'response': '{\"error\": \"\", \"response\": \"green\"}'}"],
		"final_step": "Final step: {'name': 'Finish', 'arguments': '{\"return_type\": \"give_answer\", \"final_answer\": \"green tea\"}', 'response': ''}",
		"process_reward": {"0": {"succeed_tool_calling": [1], "contributions": [4]}}, "is_solved": {"0": "AnswerStatus.Solved"}}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	row, err := Row(tea(), annotations, Options{Layout: "toolllama"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for k := range row.Responses {
		fmt.Printf("%q %g\n", row.Responses[k], row.Rewards[k])
	}
	// Output:
	// "Thought: look\nAction: find\nAction Input: {\"q\": \"tea\"}\n" 0.9
	// "Action: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"green tea\"}\n" 1
}

// A function that does not exist is called by the name that the model wrote.
func TestCalled(t *testing.T) {
	for _, c := range []struct{ name, observation, want string }{
		{"f", "", "f"},
		{answers.HallucinatedName, `{"error": "No such function name: sell it", "response": ""}`, "sell it"},
		{answers.HallucinatedName, `{"error": "No such function name: cut...`, answers.HallucinatedName},
		{answers.HallucinatedName, `[]`, answers.HallucinatedName},
	} {
		u := Turn{Name: c.name, Observation: c.observation}
		if got := u.Called(); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// An annotation pays for the very calls it was made of, and for no others.
func TestRewards(t *testing.T) {
	u := tea()
	step := func(turn Turn) string {
		return "Step 1: " + pyliteral.Repr(answers.ToolMessage{Name: turn.Name, Arguments: turn.Arguments, Response: turn.Observation}.Value())
	}
	entry := func(change func(a *steptool.Annotation)) *Annotations {
		a := steptool.Annotation{ID: "7", Query: u.Query, Steps: []string{step(u.Turns[0])}, FinalStep: step(u.Turns[1]),
			Repeats: []steptool.Judgement{{Succeeded: []float64{1}, Contributions: []float64{0}, Status: steptool.Unsure}}}
		change(&a)
		var b bytes.Buffer
		if err := steptool.WriteAnnotations(&b, []steptool.Annotation{a}); err != nil {
			t.Fatal(err)
		}
		out, err := ReadAnnotations("x", &b)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for want, change := range map[string]func(a *steptool.Annotation){
		"[0.5 0.5] <nil>": func(a *steptool.Annotation) {},
		"[0.5 0] <nil>": func(a *steptool.Annotation) { // all turns judged as steps
			a.Steps = append(a.Steps, a.FinalStep)
			a.FinalStep = ""
			a.Repeats[0].Succeeded, a.Repeats[0].Contributions = []float64{1, 0}, []float64{0, 0}
		},
		"[] dataset: task 7: not annotated":                                                                              func(a *steptool.Annotation) { a.ID = "8" },
		"[] dataset: task 7: the annotation is of another trajectory":                                                    func(a *steptool.Annotation) { a.Query = "other" },
		"[] dataset: task 7: the annotation is of another trajectory ":                                                   func(a *steptool.Annotation) { a.FinalStep = strings.Replace(a.FinalStep, "green", "black", 1) },
		"[] dataset: task 7: the annotation is of no use: repeat 0, step 1: success 2 (0 to 1), contribution 0 (0 to 5)": func(a *steptool.Annotation) { a.Repeats[0].Succeeded[0] = 2 },
		"[] dataset: task 7: the annotation is of no use: no repeats: at least one is needed":                            func(a *steptool.Annotation) { a.Repeats = nil },
	} {
		r, err := entry(change).Rewards(u)
		if got := fmt.Sprint(r, " ", err); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Two trajectories are compared where they part; the release goes on to the end.
func TestPairsPart(t *testing.T) {
	better, worse := tea(), tea()
	better.Turns = append(better.Turns[:1:1], Turn{Name: "price", Arguments: "{}", Observation: "1"}, better.Turns[1])
	worse.Turns = append(worse.Turns[:1:1], Turn{Name: "stock", Arguments: "{}", Observation: "2"}, Turn{Name: "stock", Arguments: "{}", Observation: "2"})
	worse.Turns[0].Thought, worse.Turns[0].Arguments = "hm", `{ "q":"tea"}`
	got := Pairs(better, worse, Options{})
	if len(got) != 1 || got[0].Chosen != "\nThought: \nAction: price\nAction Input: {}" || got[0].Rejected != "\nThought: \nAction: stock\nAction Input: {}" ||
		!strings.HasSuffix(got[0].Prompt, "Assistant: \nThought: look\nAction: find\nAction Input: {\"q\": \"tea\"}\nFunction: {\"error\": \"\", \"response\": \"green\"}\nAssistant: ") {
		t.Errorf("%+v", got)
	}
	if got := Pairs(better, worse, Options{Released: true}); len(got) != 3 {
		t.Errorf("released: %d pairs, want one for each of 3 turns", len(got))
	}
	worse.Turns[0].Observation = "other"
	if got := Pairs(better, worse, Options{}); len(got) != 0 {
		t.Errorf("after different observations: %+v", got)
	}
}

// What cannot be written as text is left out, and said.
func TestLeftOut(t *testing.T) {
	u := tea()
	u.System = "s"
	u.Prefixes = [][]answers.RawMessage{{{Role: "system"}, {Role: "assistant", Calls: []answers.RawCall{{Name: "f"}, {Name: "g"}}}}}
	several, bare := u, tea()
	gaveUp := tea()
	gaveUp.Turns[1].Arguments = `{"return_type": "give_up_and_restart"}`
	var b bytes.Buffer
	report, err := WriteSFT(&b, func(yield func(*Trajectory, error) bool) {
		for _, t := range []*Trajectory{several, bare, gaveUp, gaveUp} {
			if !yield(t, nil) {
				return
			}
		}
	}, Options{})
	if err == nil {
		t.Error("nothing was built, and no error")
	}
	var reasons []string
	for _, s := range report.Skipped {
		reasons = append(reasons, fmt.Sprint(s.Count, " ", s.Reason))
	}
	want := []string{"1 a turn with several calls, which a text cannot say",
		"1 no system text (converted answers have none, nor have outputs of the release without an answer: use raw outputs)", "2 it does not end with an answer"}
	if !reflect.DeepEqual(reasons, want) {
		t.Errorf("%q", reasons)
	}
	stop := errors.New("stop")
	for _, write := range []func(list func(func(*Trajectory, error) bool)) error{
		func(l func(func(*Trajectory, error) bool)) error {
			_, err := WriteSFT(io.Discard, l, Options{})
			return err
		},
		func(l func(func(*Trajectory, error) bool)) error {
			_, err := WritePPO(io.Discard, l, &Annotations{}, Options{Layout: "qwen2"})
			return err
		},
	} {
		if err := write(func(yield func(*Trajectory, error) bool) { yield(nil, stop) }); !errors.Is(err, stop) {
			t.Errorf("an error of the source: %v", err)
		}
	}
}

func TestReadersRefuse(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                                  "dataset: x: ",
		`{"7": []}`:                           "task 7: expected an object with cnt and instances, found []",
		`{"7": {"cnt": 1}}`:                   "instances is None, not a list",
		`{"7": {"cnt": 2, "instances": [1]}}`: "cnt is 2, but there are 1 instances",
		`{"7": {"cnt": 1, "instances": [1]}}`: "instance 1: expected an object with id and conversations, found 1",
		`{"7": {"cnt": 1, "instances": [{"id": "i", "conversations": [{"from": "user", "value": "v"}]}]}}`:       "the last message is from user",
		`{"7": {"cnt": 1, "instances": [{"id": "i", "conversations": [{"from": "gpt", "value": "v"}]}]}}`:        "message 1 is from 'gpt'",
		`{"7": {"cnt": 1, "instances": [{"id": "i", "conversations": [{"from": "assistant", "value": null}]}]}}`: "message 1 has no text",
	} {
		var got error
		for _, err := range ReadExamples("x", strings.NewReader(text)) {
			got = err
		}
		if got == nil || !strings.Contains(got.Error(), want) {
			t.Errorf("%s: %v, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"":                                    "dataset: x: the file is empty",
		"prompt\tchosen\n":                    `no column "rejected"`,
		"prompt\tchosen\trejected\na\tb\n":    "row 1 (line 2): 2 cells, the first line has 3",
		"prompt\tchosen\trejected\n\"a\tb\tc": "line 2: a quote is never closed",
	} {
		var got error
		for _, err := range ReadPairs("x", strings.NewReader(text)) {
			got = err
		}
		if got == nil || !strings.Contains(got.Error(), want) {
			t.Errorf("%q: %v, want %q", text, got, want)
		}
	}
}

// Judges decide what is solved; what nobody judged is left out.
func TestScores(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pass.json")
	text := `{"1": {"query": "q", "is_solved": {"0": "AnswerStatus.Solved", "1": "AnswerStatus.Unsure"}}, "2": {"query": "q", "is_solved": {"0": "AnswerStatus.Unsolved"}}}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Scores(path)
	if err != nil || !reflect.DeepEqual(got, map[string]float64{"1": .75, "2": 0}) {
		t.Errorf("%v, %v", got, err)
	}
	s := Sample{Solved: map[string]float64{"7": .5}}
	if ok, err := s.success(tea()); ok || err != nil {
		t.Errorf("half of the repeats: %v, %v", ok, err)
	}
	s.Solved["7"] = .75
	if ok, err := s.success(tea()); !ok || err != nil {
		t.Errorf("three quarters: %v, %v", ok, err)
	}
	if _, err := (&Sample{Solved: map[string]float64{}}).success(tea()); err == nil || !strings.Contains(err.Error(), "no judgement") {
		t.Error(err)
	}
}

// FuzzExamples: what is read can be written, and reads back the same.
func FuzzExamples(f *testing.F) {
	f.Add(`{"7": {"cnt": 1, "instances": [{"id": "Step 2: q", "conversations": [{"from": "assistant", "value": "é"}]}]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var list []*Examples
		for e, err := range ReadExamples("fuzz", strings.NewReader(text)) {
			if err != nil {
				return
			}
			list = append(list, e)
		}
		var b bytes.Buffer
		w := NewExamplesWriter(&b)
		for _, e := range list {
			if err := w.Write(e); err != nil {
				t.Fatal(err)
			}
		}
		w.Close()
		i := 0
		for e, err := range ReadExamples("again", &b) {
			if err != nil || !reflect.DeepEqual(e, list[i]) {
				t.Fatalf("%q: %+v (%v), want %+v", text, e, err, list[i])
			}
			i++
		}
	})
}

// An output of ours without an answer has no conversation, but the text that one
// would begin with: failures are trained on in the layouts of inference, too.
func TestFailuresHaveThePromptOfInference(t *testing.T) {
	raw := &answers.Raw{
		Trys: []answers.Try{{Chain: answers.Chain{
			{Depth: 1, Type: answers.ThoughtNode, Description: "look"}, {Depth: 2, Type: answers.ActionNode, Description: "forecast_for_weather"},
			{Depth: 3, Type: answers.InputNode, Description: `{"city": "Oslo"}`, Observation: `{"error": "", "response": "rain"}`},
		}}},
		Answer: answers.Generation{Query: "Rain?", Functions: pyliteral.List{pyliteral.Dict{{Key: "name", Value: "forecast_for_weather"}}}},
	}
	for _, system := range []string{"", "You are AutoGPT"} {
		raw.Own = &answers.Own{System: system}
		u, err := FromRaw("7", raw, answers.ConvertOptions{Method: "CoT@1"})
		if err != nil {
			t.Fatal(err)
		}
		c, err := Options{Layout: "qwen2-react"}.Conversation(u)
		if system == "" {
			if err == nil {
				t.Error("no system text, and no error")
			}
			continue
		}
		if err != nil || !strings.HasPrefix(c.System, system) || len(c.Turns) != 1 || !strings.HasPrefix(c.Turns[0].Action, "Thought: look\nAction: forecast_for_weather\n") {
			t.Errorf("%+v, %v", c, err)
		}
	}
}
