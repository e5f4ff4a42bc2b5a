package reward_test

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/toolenv/reward"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// Where the released rules are wrong or crash, the corrected ones decide.
func TestCorrectedRules(t *testing.T) {
	long := `{"error": "", "response": "` + fmt.Sprintf("%0400d", 0) + ` no error"}`
	for _, c := range []struct {
		observation string
		released    string // what the released rule says
		succeeded   bool
	}{
		{`{"error": "", "response": {"a": 1}}`, "true", true},
		{`{"error": "", "response": {"status": 404}}`, "true", false}, // its early exit
		{`{"error": "", "response": {"status": 200}}`, "true", true},
		{`{"error": "", "response": "Please subscribe"}`, "true", false},
		{`{"error": "", "response": "something went wrong"}`, "true", false},
		{`{"error":"", "response": "something went wrong"}`, "false", false},
		{long, "true", true},
		{`{"error": "", "response": "cut off in the mid...`, "true", true},
		{`{"error": "Timeout error...", "response": ""}`, "false", false},
		{`{"error": "Timeout err`, "false", false},
		{`{"error": "x", "respon`, "crash", false},
		{`no JSON`, "crash", false},
		{`[1]`, "crash", false},
		{`{"response": "fine"}`, "crash", true},
		{`{"error":"", "response": 1.5}`, "crash", true},
		{`{"error":"", "response": null}`, "crash", true},
		{`{"error":""}`, "crash", false},
	} {
		ok, err := reward.Rules{Released: true}.Succeeded(c.observation)
		released := fmt.Sprint(ok)
		if err != nil {
			released = "crash"
		}
		if released != c.released {
			t.Errorf("released rule on %.60q: %s, want %s", c.observation, released, c.released)
		}
		if ok, err := (reward.Rules{}).Succeeded(c.observation); ok != c.succeeded || err != nil {
			t.Errorf("corrected rule on %.60q: %v, %v, want %v", c.observation, ok, err, c.succeeded)
		}
	}
	for _, c := range []struct {
		observation, finish string
		words, contributes  bool
	}{
		{`{"error": "", "response": "21 degrees"}`, "It is 21 degrees.", false, true},
		{`{"error": "", "response": "Berlin 3.7"}`, "a bird elsewhere in the land", false, true}, // characters: nearly always
		{`{"error": "", "response": "Berlin 3.7"}`, "a bird elsewhere in the land", true, false},
		{`{"error": "", "response": "21 degr`, "21 degrees", false, true},
		{`{"error": "", "response": ""}`, "anything", false, false},
		{`{"error": "x"}`, "anything", false, false},
		{`not the usual beginning at all: 21`, "zzz", false, false},
	} {
		if o, err := (reward.Rules{Threshold: .3, Words: c.words}).Contributes(c.observation, c.finish); o.Contributes != c.contributes || err != nil {
			t.Errorf("%.60q for %q, words %v: %+v, %v", c.observation, c.finish, c.words, o, err)
		}
	}
}

// In the embedded world the released and the corrected rules say the same: its
// observations are well formed.
func TestRulesInTheWorld(t *testing.T) {
	w := world.New(1, world.Options{})
	calls := 0
	for i := range 150 {
		for _, turn := range w.Demo(i).Turns {
			if turn.Call == nil || turn.Call.Name == "Finish" {
				continue
			}
			calls++
			old, err := reward.Rules{Released: true}.Succeeded(turn.Observation)
			if ok, _ := (reward.Rules{}).Succeeded(turn.Observation); err != nil || ok != old || ok == turn.Failed {
				t.Errorf("%q: released %v, %v, corrected %v, failed %v", turn.Observation, old, err, ok, turn.Failed)
			}
		}
	}
	if calls < 100 {
		t.Errorf("%d calls", calls)
	}
}

// The rewards of StepTool's example annotations lie on a grid of 1/30, and are
// those that the package of its files gives.
func TestExampleAnnotations(t *testing.T) {
	path := filepath.Join(golden.Dir(t), "..", "steptool", "annotation", "reward_annotation.json")
	list, err := steptool.LoadAnnotations(path)
	if err != nil {
		t.Skipf("no example annotations: %v", err)
	}
	for _, a := range list {
		var opinions []reward.Opinion
		for _, j := range a.Repeats {
			opinions = append(opinions, reward.Opinion{SuccCalling: j.Succeeded, Contributions: j.Contributions, Status: string(j.Status)})
		}
		got, err := reward.DefaultCombination().Rewards(opinions)
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range a.Rewards() {
			if got[k] != want || got[k] != math.Round(30*got[k])/30 {
				t.Errorf("query %s, step %d: %v, want %v, a multiple of 1/30", a.ID, k+1, got[k], want)
			}
		}
	}
}

func TestCombinationRefuses(t *testing.T) {
	good := reward.Opinion{SuccCalling: []float64{1}, Contributions: []float64{5}, Status: "AnswerStatus.Solved"}
	for name, list := range map[string][]reward.Opinion{
		"none": nil, "lengths": {good, {Status: good.Status}}, "status": {{Status: "Solved"}},
		"range": {{SuccCalling: []float64{1}, Contributions: []float64{6}, Status: good.Status}},
		"nan":   {{SuccCalling: []float64{math.NaN()}, Contributions: []float64{1}, Status: good.Status}},
	} {
		if r, err := reward.DefaultCombination().Rewards(list); err == nil {
			t.Errorf("%s: %v", name, r)
		}
	}
}

func ExampleCombination_Rewards() {
	// Three opinions about two calls and the answer.
	opinions := []reward.Opinion{
		{SuccCalling: []float64{1, 0}, Contributions: []float64{5, 0}, Status: "AnswerStatus.Solved"},
		{SuccCalling: []float64{1, 0}, Contributions: []float64{4, 1}, Status: "AnswerStatus.Solved"},
		{SuccCalling: []float64{1, 1}, Contributions: []float64{4, 0}, Status: "AnswerStatus.Unsure"},
	}
	r, err := reward.DefaultCombination().Rewards(opinions)
	fmt.Printf("%.4f %v\n", r, err)
	// Output: [0.9333 0.2000 0.8333] <nil>
}

func ExampleRules() {
	observation, finish := `{"error": "", "response": {"status": 404, "message": "no such page"}}`, "I could not find the page."
	for _, r := range []reward.Rules{reward.DefaultRules(), {Threshold: .3, Released: true}} {
		ok, _ := r.Succeeded(observation)
		o, _ := r.Contributes(observation, finish)
		fmt.Printf("released %v: succeeded %v, %d of %d characters in common\n", r.Released, ok, o.LCS, len(o.Response))
	}
	// Output:
	// released false: succeeded false, 11 of 42 characters in common
	// released true: succeeded true, 11 of 42 characters in common
}
