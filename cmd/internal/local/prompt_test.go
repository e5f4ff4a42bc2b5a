package local

import (
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// A model of our own sees in a search what it saw in training: the renderer's ids
// of the names of the functions, the query, its actions and the observations.
func TestPromptsAreThoseOfTraining(t *testing.T) {
	tk := task("Oslo")
	for _, layout := range []string{"toolllama", "qwen2", "llama3-1"} {
		m := open(t, layout, Options{})
		action := toolenv.FormatAction("find_for_box", `{"q":"Oslo"}`)
		want, err := m.layout.(rendered).Render(chat.Conversation{
			System: toolenv.SystemPrompt([]string{"find_for_box"}), User: tk.Query.Text,
			Turns: []chat.Turn{{Action: action, Observation: `{"error": ""}`}, {Action: "no call", Observation: "parse error"}, {}},
		}, chat.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.prompt(&search.Request{Task: "1", Functions: tk.Functions, Required: true, Messages: []search.Message{
			{Role: "system", Content: tk.System}, {Role: "user", Content: tk.User},
			{Role: "assistant", Calls: []search.Call{{Name: "find_for_box", Arguments: `{"q":"Oslo"}`}}}, {Role: "tool", Content: `{"error": ""}`},
			{Role: "assistant", Content: "no call", Calls: []search.Call{{}}}, {Role: "tool", Content: "parse error"},
			{Role: "user", Content: "an old prompt to be different", Invalid: true},
		}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want.IDs[:len(want.IDs)-1]) { // its last action is empty: one end of turn
			t.Errorf("%s:\n%q, want\n%q", layout, m.tok.Decode(got), m.tok.Decode(want.IDs))
		}
	}
}

// Models that follow instructions are shown ToolBench's, byte for byte as its own
// clients lay them out, but for the ends of turns that a text cannot hold.
func TestPromptsWithInstructions(t *testing.T) {
	tk := task("Oslo")
	list := make(pyliteral.List, len(tk.Functions))
	for i, f := range tk.Functions {
		list[i] = f
	}
	for _, layout := range []string{"qwen2-react", "llama3-1-react"} {
		m := open(t, layout, Options{})
		want, err := chat.ToolBenchPrompt(layout, []chat.ToolBenchMessage{
			{Role: "system", Content: tk.System}, {Role: "user", Content: tk.User},
			{Role: "assistant", Content: "t", Name: "f", Arguments: "{}"}, {Role: "tool", Content: "o"},
		}, pyliteral.Repr(list))
		if err != nil {
			t.Fatal(err)
		}
		ids, err := m.prompt(&search.Request{Task: "1", Functions: tk.Functions, Required: true, Messages: []search.Message{
			{Role: "system", Content: tk.System}, {Role: "user", Content: tk.User},
			{Role: "assistant", Content: "t", Calls: []search.Call{{Name: "f", Arguments: "{}"}}}, {Role: "tool", Content: "o"},
		}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimPrefix(m.tok.Decode(ids), "<s>"); got != want {
			t.Errorf("%s:\n%q, want\n%q", layout, got, want)
		}
		// Comparing candidates offers no functions: the texts stay as they are.
		ids, err = m.prompt(&search.Request{Messages: []search.Message{{Role: "system", Content: "judge"}, {Role: "user", Content: "A or B?"}}}, 0)
		if text := m.tok.Decode(ids); err != nil || !strings.Contains(text, "judge") || strings.Contains(text, "APIs") || !strings.Contains(text, "A or B?") || strings.Contains(text, "Begin!") {
			t.Errorf("%s: %q, %v", layout, text, err)
		}
	}
}

// Later prompts hold the very tokens that were sampled, also where the text alone
// would give others.
func TestTurnsStandAsTheyWereSampled(t *testing.T) {
	m := open(t, "qwen2-react", Options{})
	end := m.tok.MustID("<|im_end|>")
	r := &search.Request{Task: "1", Branch: "0.1", Required: true, Functions: []pyliteral.Dict{{{Key: "name", Value: "f"}}}}
	say := func(sample int, ids []int32) *search.Reply {
		return m.reply(r, sample, &turn{prompt: make([]int32, 9), res: &llama.Result{IDs: ids}})
	}
	later := func(sample int, reply *search.Reply, name string) []int32 {
		c := reply.Calls[0]
		c.Name = name
		ids, err := m.prompt(&search.Request{Task: "1", Messages: []search.Message{{Role: "assistant", Content: reply.Content, Calls: []search.Call{c}}, {Role: "tool", Content: "o"}}}, sample)
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	contains := func(all, part []int32) bool {
		for i := 0; i+len(part) <= len(all); i++ {
			if slices.Equal(all[i:i+len(part)], part) {
				return true
			}
		}
		return false
	}
	usual := m.layout.(rendered).ActionIDs("Thought: t\nAction: f\nAction Input: {}")
	reply := say(0, usual)
	if reply.Content != "t" || len(reply.Calls) != 1 || reply.Calls[0] != (search.Call{ID: "call_0.1", Name: "f", Arguments: "{}"}) || reply.PromptTokens != 9 ||
		reply.CompletionTokens != len(usual) || reply.ParseError != "" || reply.Text != "Thought: t\nAction: f\nAction Input: {}" {
		t.Errorf("%+v", reply)
	}
	if len(m.turns) != 0 || !contains(later(0, reply, "f"), usual) {
		t.Errorf("%d turns are remembered whose text says it all", len(m.turns))
	}
	odd := m.layout.(rendered).ActionIDs("Thought:  t \n\nAction:f\nAction Input:   {}  ")
	reply = say(1, odd)
	if !contains(later(1, reply, "f"), odd) || contains(later(0, reply, "f"), odd) || contains(later(1, reply, "invalid"), odd) {
		t.Error("a turn with odd spaces is not remembered as it was sampled, or too often")
	}
	cut := odd[:len(odd)-1] // ran into the limit: no end of turn
	reply = say(2, cut)
	if ids := later(2, reply, "f"); !contains(ids, cut) || contains(ids, append(slices.Clone(cut), end)) {
		t.Error("a turn that was cut off got an end")
	}
	// A function that does not exist: the search renames the call. ToolBench shows
	// the new name, our training what was sampled.
	invented := m.layout.(rendered).ActionIDs("Thought: t\nAction: g\nAction Input: {}")
	reply = say(3, invented)
	if contains(later(3, reply, "invalid"), invented) {
		t.Error("a renamed call stands as it was sampled in ToolBench's layout")
	}
	own := open(t, "toolllama", Options{})
	invented = own.layout.(rendered).ActionIDs("Action: g\nAction Input: {}")
	reply = own.reply(r, 0, &turn{res: &llama.Result{IDs: invented}})
	reply.Calls[0].Name = "invalid"
	ids, err := own.prompt(&search.Request{Task: "1", Messages: []search.Message{{Role: "assistant", Calls: reply.Calls}}}, 0)
	if err != nil || !contains(ids, invented) {
		t.Errorf("a renamed call does not stand as it was sampled in the layout of our training: %v", err)
	}
	m.Forget("1")
	if len(m.turns) != 0 {
		t.Errorf("%d turns are remembered of a task that is forgotten", len(m.turns))
	}
	if reply := say(0, m.layout.(rendered).ActionIDs("Action: f")); reply.ParseError == "" || reply.Content != "Action: f" || reply.Calls != nil {
		t.Errorf("%+v", reply)
	}
}

func TestGuess(t *testing.T) {
	for template, want := range map[string]string{
		"{{ '<|im_start|>' }}": "qwen2-react", "{{ '<|start_header_id|>' }}": "llama3-1-react", `{{ 'User:\n' + m.content + '\nBegin!\n\n' }}`: "toolllama", "": "", "[INST]": TemplateLayout,
	} {
		if got, err := Guess(template); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", template, got, err)
		}
	}
}
