package pipeline

import (
	"testing"

	"github.com/stepgrain/stepgrain/llama/chat"
)

// The Jinja template that final/ carries lays a conversation out as training
// did.
func TestTheTemplateIsTheLayout(t *testing.T) {
	layout, err := chat.ByName("toolllama")
	if err != nil {
		t.Fatal(err)
	}
	want := layout.Prompt("tools", "what?").String() + layout.Action("Action: a\nAction Input: {}").String() + layout.Observation(`{"error": ""}`).String()
	template, err := chat.NewTemplate(chatTemplate, "", chat.EndOfText)
	if err != nil {
		t.Fatal(err)
	}
	got, err := template.RenderJSON([]byte(`[{"role":"system","content":"tools"},{"role":"user","content":"what?"},
		{"role":"assistant","content":"Action: a\nAction Input: {}"},{"role":"function","content":"{\"error\": \"\"}"}]`), true)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
