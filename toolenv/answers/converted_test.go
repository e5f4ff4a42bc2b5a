package answers

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

func Example() {
	raw, err := ParseRaw(`{"win": true, "trys": [], "answer_generation": {"valid_data": true, "query": "What tea is there?",
		"final_answer": "{\"return_type\": \"give_answer\"}", "function": [{"name": "find"}, {"name": "Finish"}],
		"train_messages": [[{"role": "system", "content": "s"}, {"role": "user", "content": "u"},
			{"role": "assistant", "content": "look", "tool_calls": [{"id": 0, "function": {"name": "find", "arguments": "{}"}}]},
			{"role": "tool", "content": "it's green", "tool_call_id": 0},
			{"role": "assistant", "content": "", "tool_calls": [{"id": 0, "function": {"name": "Finish", "arguments": "{}"}}]}]]}}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := Convert("7", raw, ConvertOptions{Method: "CoT@1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	steps, final, calls := c.Steps()
	fmt.Println(strings.Join(steps, "\n"))
	fmt.Println(final)
	fmt.Println(len(calls), "calls of", c.FunctionNames())
	// Output:
	// Step 1: {'name': 'find', 'arguments': '{}', 'response': "it's green"}
	// Step 2: {'name': 'Finish', 'arguments': '{}', 'response': ''}
	// Final step: {'name': 'Finish', 'arguments': '{}', 'response': ''}
	// 2 calls of [find Finish]
}

// Published converted answers come back: byte for byte in the indented form, as
// the same values where they stand on one line.
func TestConvertedPublished(t *testing.T) {
	root := filepath.Join(golden.Root(t), "..", "shared")
	paths, _ := filepath.Glob(filepath.Join(root, "stabletoolbench", "data_example", "model_predictions_converted", "*", "*.json"))
	more, _ := filepath.Glob(filepath.Join(root, "steptool", "annotation", "model_predictions_converted.json"))
	if paths = append(paths, more...); len(paths) == 0 {
		t.Skip("no published converted answers")
	}
	for _, path := range paths {
		list, err := Load(path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := string(data)
		if !strings.HasPrefix(want, "{\n") {
			v, err := pyliteral.FromJSON(want)
			if err != nil {
				t.Fatal(err)
			}
			want = pyliteral.Dumps(v, indented)
		}
		copied := filepath.Join(t.TempDir(), "copy.json")
		if err := Save(copied, list); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(copied); string(got) != want {
			t.Errorf("%s: the copy differs", path)
		}
		for _, c := range list {
			if steps, _, calls := c.Steps(); len(steps) == 0 || calls[0].Cut || len(c.FunctionNames()) != len(c.Tools) {
				t.Errorf("%s: task %s: %d steps, %+v", path, c.ID, len(steps), calls)
			}
		}
	}
}

// The first ToolBench's results: every message is the first 100 characters of a
// text, a call among them.
func TestOldForm(t *testing.T) {
	text := `{"9": {"query": "q", "available_tools": [{"name": "f"}], "answer": {"method": "chatgpt_CoT", "total_steps": 6, "final_answer": "x", "answer_details": [{"role": "system", "message": "", "next": [{"role": "user", "message": "q", "next": [
		{"role": "tool", "message": "{'name': 'f', 'arguments': '{}', 'response': '{\"error\": \"\", \"resp", "next": [
		{"role": "assistant", "message": "I found", "next": [
		{"role": "tool", "message": "{'name': 'g', 'arguments': '{\\n  \"a\": \"it\\'s\\", "next": [
		{"role": "tool", "message": "{'name': 'h', 'arguments': '', 'response': \"it's\"}", "next": [
		{"role": "tool", "message": "{'name': 'a_very_long", "next": []}]}]}]}]}]}]}]}}}`
	var list []*Converted
	for c, err := range ReadEach("old.json", strings.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	steps, final, calls := list[0].Steps()
	want := []Call{
		{Name: "f", Arguments: "{}", Response: `{"error": "", "resp`, Cut: true},
		{Name: "g", Arguments: "{\n  \"a\": \"it's", Cut: true},
		{Name: "h", Response: "it's"},
		{Cut: true},
	}
	if !reflect.DeepEqual(calls, want) {
		t.Errorf("%+v, want %+v", calls, want)
	}
	if steps[3] != "Step 4: {'name': 'a_very_long" || final != "Final step: {'name': 'a_very_long" {
		t.Errorf("%q, %q", steps[3], final)
	}
	var b strings.Builder
	w := NewWriter(&b)
	if err := w.Write(list[0]); err != nil {
		t.Fatal(err)
	}
	w.Close()
	v, err := pyliteral.FromJSON(text)
	if err != nil || b.String() != pyliteral.Dumps(v, indented) {
		t.Errorf("%v: written back as %s", err, b.String())
	}
}

func TestConvertedErrors(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:        "answers: x.json: ",
		`{"7": 1}`:  "answers: x.json: task 7: the answer is a number, not an object",
		`{"7": {}}`: "task 7: no answer.answer_details: is this a file of converted answers?",
		`{"7": {"answer": {"answer_details": [{"message": 1}]}}}`:            "answer.answer_details[0].message is a number, not a text or a call",
		`{"7": {"answer": {"answer_details": [{"message": {"name": []}}]}}}`: "message.name is a list, not a string",
		`{"7": {"answer": {"answer_details": [{}]}}`:                         "answers: x.json: ",
	} {
		var got error
		for _, err := range ReadEach("x.json", strings.NewReader(text)) {
			got = err
		}
		if got == nil || !strings.Contains(got.Error(), want) {
			t.Errorf("%s: %v, want %q", text, got, want)
		}
	}
	if _, err := Load("nowhere.json"); err == nil || !strings.Contains(err.Error(), "nowhere.json") {
		t.Error(err)
	}
}

// FuzzConverted: whatever is read can be written and reads back the same, and its
// steps never panic.
func FuzzConverted(f *testing.F) {
	f.Add(`{"7": {"query": "q", "answer": {"answer_details": [{"role": "tool", "message": {"name": "f"}, "next": [{"role": "tool", "message": "{'name': 'x\\"}]}]}}}`)
	f.Add(`{"": {"answer": {"total_steps": 1, "answer_details": [{}]}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var list []Converted
		for c, err := range ReadEach("fuzz", strings.NewReader(text)) {
			if err != nil {
				return
			}
			c.Steps()
			list = append(list, *c)
		}
		path := filepath.Join(t.TempDir(), "x.json")
		if err := Save(path, ByID(list)); err != nil {
			t.Fatal(err)
		}
		again, err := Load(path)
		if err != nil || len(again) != len(ByID(list)) {
			t.Fatalf("%q: %v", text, err)
		}
		second := filepath.Join(t.TempDir(), "y.json")
		if err := Save(second, again); err != nil {
			t.Fatal(err)
		}
		a, _ := os.ReadFile(path)
		b, _ := os.ReadFile(second)
		if string(a) != string(b) {
			t.Fatalf("%q: %s, then %s", text, a, b)
		}
	})
}
