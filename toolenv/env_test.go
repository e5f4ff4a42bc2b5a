package toolenv

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// echo answers every call with its arguments and how often it was made.
type echo struct{}

func (echo) Call(api int, args map[string]any, occurrence int) Response {
	if args["n"] == int64(13) {
		return Response{Error: "Timeout error...", Status: StatusTimeout}
	}
	return Response{Body: fmt.Sprintf(`{"api": %d, "args": %s, "occurrence": %d}`, api, CanonicalArgs(args), occurrence), Fact: "echo" + CanonicalArgs(args)}
}

func echoTask() *Task {
	return &Task{
		ID: "t", Query: "echo 1", Answer: "Yes", MaxCalls: 4,
		APIs: []API{
			{Tool: "Box", Name: "echo", Strict: true, Required: []Parameter{{Name: "n", Type: "NUMBER"}}, Optional: []Parameter{{Name: "loud", Type: "BOOLEAN"}}},
			{Tool: "Box", Name: "say", Required: []Parameter{{Name: "text", Type: "STRING"}}},
		},
		Relevant: []string{"echo_for_box"},
		Plan:     []Milestone{{Fact: `echo{"n":1}`}},
	}
}

func TestStep(t *testing.T) {
	long := strings.Repeat("x", 2000)
	for _, c := range []struct {
		name, action string
		status       Status
		failed       bool
		observation  string
		milestone    int
		outcome      Outcome
	}{
		{name: "answer", action: FormatAction("echo_for_box", `{"n":1}`), observation: `{"error": "", "response": {"api": 0, "args": {"n":1}, "occurrence": 0}}`},
		{name: "whole float", action: FormatAction("echo_for_box", `{"n":1.0}`), observation: `{"error": "", "response": {"api": 0, "args": {"n":1}, "occurrence": 0}}`},
		{name: "other arguments", action: FormatAction("echo_for_box", `{"n":2,"loud":true}`), milestone: -1, observation: `{"error": "", "response": {"api": 0, "args": {"loud":true,"n":2}, "occurrence": 0}}`},
		{name: "not strict", action: FormatAction("say_for_box", `{"text":"a","more":1}`), milestone: -1, observation: `{"error": "", "response": {"api": 1, "args": {"more":1,"text":"a"}, "occurrence": 0}}`},
		{name: "backend error", action: FormatAction("echo_for_box", `{"n":13}`), status: StatusTimeout, failed: true, milestone: -1, observation: `{"error": "Timeout error...", "response": ""}`},
		{name: "missing", action: FormatAction("echo_for_box", `{}`), status: StatusInvalidRequest, failed: true, milestone: -1, observation: `{"error": "missing argument 'n'", "response": ""}`},
		{name: "unexpected", action: FormatAction("echo_for_box", `{"n":1,"m":2}`), status: StatusInvalidRequest, failed: true, milestone: -1, observation: `{"error": "unexpected argument 'm'", "response": ""}`},
		{name: "type", action: FormatAction("echo_for_box", `{"n":"1"}`), status: StatusInvalidRequest, failed: true, milestone: -1, observation: `{"error": "argument 'n' must be integer", "response": ""}`},
		{name: "huge number", action: FormatAction("echo_for_box", `{"n":1e999999999}`), status: StatusInvalidRequest, failed: true, milestone: -1, observation: `{"error": "invalid arguments", "response": ""}`},
		{name: "no such function", action: FormatAction("echo", `{"n":1}`), status: StatusNoSuchFunction, failed: true, milestone: -1, observation: `{"error": "No such function name: echo", "response": ""}`},
		{name: "unparsable", action: "echo 1", status: StatusUnparsable, failed: true, milestone: -1, observation: `{"error": "parse error: no 'Action:' line", "response": ""}`},
		{name: "long", action: FormatAction("say_for_box", `{"text":"`+long+`"}`), milestone: -1, observation: (`{"error": "", "response": {"api": 1, "args": {"text":"` + long)[:1024] + "..."},
		{name: "solved", action: FinishCall(" yes. "), status: StatusFinalAnswer, milestone: -1, outcome: Solved, observation: obsFinished},
		{name: "wrong", action: FinishCall("no"), status: StatusFinalAnswer, milestone: -1, outcome: Finished, observation: obsFinished},
		{name: "gave up", action: FormatAction("Finish", `{"return_type":"give_up_and_restart"}`), status: StatusGaveUp, milestone: -1, outcome: GaveUp, observation: obsGaveUp},
		{name: "Finish without type", action: FormatAction("Finish", `{"final_answer":"yes"}`), status: StatusFinishInvalid, failed: true, milestone: -1, observation: obsNoReturnType},
		{name: "Finish without answer", action: FormatAction("Finish", `{"return_type":"give_answer"}`), status: StatusFinishInvalid, failed: true, milestone: -1, observation: obsNoFinalAnswer},
		{name: "Finish of a wrong type", action: FormatAction("Finish", `{"return_type":1}`), status: StatusFinishInvalid, failed: true, milestone: -1, observation: obsBadReturnType},
	} {
		e := NewEpisode(echoTask(), echo{})
		r := e.Step(c.action)
		if r.Status != c.status || r.Failed != c.failed || r.Observation != c.observation || r.Milestone != c.milestone || r.Outcome != c.outcome || r.Done != (c.outcome != "") || r.Solved != (c.outcome == Solved) {
			t.Errorf("%s: %+v\nobservation %s", c.name, r, r.Observation)
		}
	}
}

// A milestone counts once, occurrences count per call, and the budget counts
// everything.
func TestEpisodeState(t *testing.T) {
	e := NewEpisode(echoTask(), echo{})
	for round := range 2 { // Reset gives back the same episode
		call := FormatAction("echo_for_box", `{"n":1}`)
		if r := e.Step(call); r.Milestone != 0 || r.Done {
			t.Fatalf("round %d: first call: %+v", round, r)
		}
		if r := e.Step(call); r.Milestone != -1 || !strings.Contains(r.Observation, `"occurrence": 1`) {
			t.Fatalf("round %d: second call: %+v", round, r)
		}
		if r := e.Step("nonsense"); r.Done || e.CallsLeft() != 1 {
			t.Fatalf("round %d: third call: %+v, %d left", round, r, e.CallsLeft())
		}
		if r := e.Step(call); !r.Done || r.Outcome != Budget || r.Solved {
			t.Fatalf("round %d: the budget is used up: %+v", round, r)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Fatal("a call after the end does not panic")
				}
			}()
			e.Step(call)
		}()
		e.Reset()
	}
	for range 3 {
		e.Step("nonsense")
	}
	if r := e.Step(FinishCall("yes")); r.Outcome != Solved {
		t.Errorf("Finish with the last call: %+v", r)
	}
}

func TestSystemPrompt(t *testing.T) {
	if got, want := SystemPrompt([]string{"a", "it's"}), `Specifically, you have access to the following APIs: ['a', "it's", 'Finish']`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// FuzzStep: no text of a model brings an episode down, and every observation is
// within the limit.
func FuzzStep(f *testing.F) {
	f.Add("echo_for_box", `{"n":1}`)
	f.Add("Finish", `{"return_type":"give_answer","final_answer":[1e400]}`)
	f.Add("say_for_box", `{"text":"a","text":{"b":1e-999}}`)
	f.Add("", "{")
	f.Fuzz(func(t *testing.T, name, args string) {
		e := NewEpisode(echoTask(), echo{})
		r := e.Step(FormatAction(name, args))
		if n := len([]rune(r.Observation)); n == 0 || n > MaxObservation+3 {
			t.Fatalf("observation of %d characters", n)
		}
		if r.Call != nil && !json.Valid(r.Call.Args) {
			t.Fatalf("call with arguments %q", r.Call.Args)
		}
	})
}

// BenchmarkStep measures a well-formed call: parsing, validation, answer.
func BenchmarkStep(b *testing.B) {
	e := NewEpisode(echoTask(), echo{})
	action := FormatAction("echo_for_box", `{"n":1}`)
	b.ReportAllocs()
	for b.Loop() {
		e.Reset()
		e.Step(action)
	}
}
