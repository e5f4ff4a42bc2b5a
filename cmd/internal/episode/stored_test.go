package episode

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/toolenv"
)

func TestAStoredRowIsReadAsAnEpisode(t *testing.T) {
	row := &ppo.StoredTrajectory{ID: "row-1", Rewards: []float64{.5, 1}, Conversation: chat.Conversation{
		System: "You are AutoGPT.\nYou have access to the following APIs: ['rain_for_sky', \"it's\", 'Finish']", User: "Will it rain?",
		Turns: []chat.Turn{
			{Action: "Thought: look\nAction: rain_for_sky\nAction Input: {\"city\": \"Ur\"}", Observation: `{"error": "Message error...", "response": "no such ci`},
			{Action: "Action: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"no\"}"},
		}}}
	e := &ppo.Episode{ID: "row-1", Tokens: []int32{1, 2, 3, 4, 5, 6}, Turn: []int32{-1, 0, 0, -1, 1, 1},
		OldLogProbs: []float64{0, -1, -2, 0, -3, -4}, OldValues: []float64{0, .1, .2, 0, .3, .4},
		Advantages: []float64{0, 1, 2, 0, 3, 4}, Returns: []float64{0, 5, 6, 0, 7, 8}}
	got := FromStored(e, row, 2)
	eleven, three := int(toolenv.StatusMessage), int(toolenv.StatusFinalAnswer)
	want := &Episode{Stage: "ppo", Iteration: 2, Task: "row-1", Set: "data", Query: "Will it rain?", Outcome: "stored", APIs: []string{"rain_for_sky", "it's"},
		Relevant: []string{}, Return: 1.5, PromptLen: 1, Tokens: e.Tokens, Turns: []Turn{
			{Span: [2]int{1, 3}, ObsSpan: [2]int{3, 4}, Action: row.Turns[0].Action, Observation: row.Turns[0].Observation, Milestone: -1,
				Call: &Call{"rain_for_sky", []byte(`{"city": "Ur"}`)}, Status: &eleven, Failed: true, Rewards: []Reward{{"Step", .5, "file"}},
				LogProbs: []float32{-1, -2}, Values: []float32{.1, .2}, Advantages: []float32{1, 2}, Returns: []float32{5, 6}},
			{Span: [2]int{4, 6}, ObsSpan: [2]int{6, 6}, Action: row.Turns[1].Action, Milestone: -1,
				Call: &Call{"Finish", []byte(`{"return_type": "give_answer", "final_answer": "no"}`)}, Status: &three, Rewards: []Reward{{"Step", 1, "file"}},
				LogProbs: []float32{-3, -4}, Values: []float32{.3, .4}, Advantages: []float32{3, 4}, Returns: []float32{7, 8}},
		}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestStatusesOfStoredTurns(t *testing.T) {
	unknown := -99
	for _, x := range []struct {
		action, observation string
		status              int
		failed              bool
	}{
		{"I give up", "", -1, true},
		{"Action: a\nAction Input: {}", `{"error": "", "response": 3}`, 0, false},
		{"Action: a\nAction Input: {}", `{"error": "key missing", "response": ""}`, 0, true},
		{"Action: a\nAction Input: {}", `plain text`, 0, false},
		{"Action: a\nAction Input: {}", `{"error": "Timeout error...", "response": ""}`, 5, true},
		{"Action: a\nAction Input: {}", `{"error": "request invalid, data error. status_code=500", "response": ""}`, 12, true},
		{"Action: b\nAction Input: {}", `{"error": "No such function name: b", "response": ""}`, 1, true},
		{"Action: b\nAction Input: {}", "", 1, true},
		{"Action: a\nAction Input: {}", "", unknown, false},
		{"Action: Finish\nAction Input: {}", "", 2, true},
		{"Action: Finish\nAction Input: {\"return_type\": \"give_answer\"}", "", 2, true},
		{"Action: Finish\nAction Input: {\"return_type\": \"give_up_and_restart\"}", "", 4, false},
	} {
		turn := Turn{Action: x.action, Observation: x.observation}
		turn.judge([]string{"a"})
		got := unknown
		if turn.Status != nil {
			got = *turn.Status
		}
		if got != x.status || turn.Failed != x.failed || (turn.ParseError != "") != (x.status == -1) || (turn.Call == nil) != (x.status == -1) {
			t.Errorf("%q, %q: %+v with status %d, want %d", x.action, x.observation, turn, got, x.status)
		}
	}
}
