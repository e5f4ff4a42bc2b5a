package episode

import (
	"reflect"
	"testing"

	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Texts and rewards come back; functions are read from a list of names or of whole
// functions.
func TestFromConversation(t *testing.T) {
	for _, system := range []string{toolenv.SystemPrompt([]string{"f"}), "You have access to the following APIs: [{'name': 'f', 'description': ']\\n'}, {'name': 'Finish'}]"} {
		c := chat.Conversation{System: system, User: "q", Turns: []chat.Turn{
			{Action: toolenv.FormatAction("f", "{}"), Observation: `{"error": "", "response": 1}`},
			{Action: toolenv.FinishCall("a")},
		}}
		e := FromConversation("7", c, []float64{.5, 1})
		if !reflect.DeepEqual(e.APIs, []string{"f"}) || e.Return != 1.5 || e.Turns[0].Call.Name != "f" || *e.Turns[1].Status != int(toolenv.StatusFinalAnswer) {
			t.Errorf("%+v", e)
		}
		c.System = toolenv.SystemPrompt([]string{"f"})
		if got := e.Conversation(); !reflect.DeepEqual(got, c) {
			t.Errorf("%+v, want %+v", got, c)
		}
		if got := e.StepRewards(); !reflect.DeepEqual(got, []float64{.5, 1}) {
			t.Errorf("rewards %v", got)
		}
	}
	if e := FromConversation("7", chat.Conversation{Turns: []chat.Turn{{Action: "x"}}}, nil); e.Turns[0].Rewards != nil || e.Turns[0].ParseError == "" {
		t.Errorf("%+v", e.Turns[0])
	}
}
