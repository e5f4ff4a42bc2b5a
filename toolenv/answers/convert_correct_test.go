package answers

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func callsOf(t *testing.T, c *Converted) []Call {
	t.Helper()
	_, _, calls := c.Steps()
	return calls
}

func assistant(calls ...RawCall) RawMessage { return RawMessage{Role: "assistant", Calls: calls} }

func withAnswer(messages ...RawMessage) *Raw {
	head := []RawMessage{{Role: "system"}, {Role: "user"}}
	return &Raw{Answer: Generation{Valid: true, Messages: [][]RawMessage{append(head, messages...)}}}
}

// Calls of one turn with the same id: each gets the answer at its place, the
// release gives all of them the first.
func TestConvertCallsOfOneTurn(t *testing.T) {
	r := withAnswer(
		assistant(RawCall{Name: "f", Arguments: "1"}, RawCall{Name: "g", Arguments: "2"}),
		RawMessage{Role: "tool", Content: "one"}, RawMessage{Role: "tool", Content: "two"},
		assistant(RawCall{ID: "a", Name: "f"}, RawCall{ID: "b", Name: "g"}),
		RawMessage{Role: "tool", CallID: "b", Content: "of b"}, RawMessage{Role: "tool", CallID: "a", Content: "of a"},
		assistant(RawCall{Name: "h"}),
		assistant(RawCall{Name: "Finish", Arguments: "{}"}), RawMessage{Role: "tool", Content: "refused"},
		assistant(RawCall{Name: "Finish", Arguments: "end"}, RawCall{Name: "ignored"}),
	)
	for released, want := range map[bool][]Call{
		false: {{Name: "f", Arguments: "1", Response: "one"}, {Name: "g", Arguments: "2", Response: "two"}, {Name: "f", Response: "of a"}, {Name: "g", Response: "of b"}, {Name: "h"}, {Name: "Finish", Arguments: "{}", Response: "refused"}, {Name: "Finish", Arguments: "end"}},
		true:  {{Name: "f", Arguments: "1", Response: "one"}, {Name: "g", Arguments: "2", Response: "one"}, {Name: "f", Response: "of a"}, {Name: "g", Response: "of b"}, {Name: "h", Response: "refused"}, {Name: "Finish", Arguments: "{}"}, {Name: "Finish", Arguments: "end"}},
	} {
		c, err := Convert("1", r, ConvertOptions{Method: "CoT@1", Released: released})
		if err != nil {
			t.Fatal(err)
		}
		if got := callsOf(t, c); !reflect.DeepEqual(got, want) {
			t.Errorf("released %v: %+v, want %+v", released, got, want)
		}
	}
}

// One call per turn in function_call, as ToolBench's first files have it.
func TestConvertLegacy(t *testing.T) {
	legacy := assistant(RawCall{Name: "f"})
	legacy.Legacy = true
	end := assistant(RawCall{Name: "Finish"})
	end.Legacy = true
	r := withAnswer(legacy, RawMessage{Role: "function", Content: "one"}, RawMessage{Role: "assistant", Content: "words"}, end)
	for _, released := range []bool{false, true} {
		c, err := Convert("1", r, ConvertOptions{Released: released})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := callsOf(t, c), []Call{{Name: "f", Response: "one"}, {Name: "Finish"}}; !reflect.DeepEqual(got, want) {
			t.Errorf("released %v: %+v, want %+v", released, got, want)
		}
		if n := c.Path()[3]; n.Role != "assistant" || n.Message != "words" || c.Answer.TotalSteps != 5 {
			t.Errorf("released %v: %+v, %d steps", released, n, c.Answer.TotalSteps)
		}
	}
}

// Where the release crashes, the error names the exception.
func TestConvertCrashes(t *testing.T) {
	legacy := assistant(RawCall{Name: "f"})
	legacy.Legacy = true
	node := func(kind, text string, children ...*RawNode) *RawNode {
		return &RawNode{Type: kind, Description: text, Children: children}
	}
	for python, c := range map[string]struct {
		raw    *Raw
		method string
	}{
		"IndexError":           {&Raw{Answer: Generation{Valid: true}}, "CoT@1"},
		"IndexError ":          {withAnswer(legacy), "CoT@1"},
		"IndexError  ":         {&Raw{}, "CoT@1"},
		"IndexError   ":        {&Raw{Trys: []Try{{Chain: Chain{node(ActionNode, "f")}}}}, "CoT@1"},
		"UnboundLocalError":    {withAnswer(assistant(RawCall{Name: "f"})), "CoT@1"},
		"NotImplementedError":  {withAnswer(RawMessage{Role: "developer"}), "CoT@1"},
		"NotImplementedError ": {&Raw{}, "beam"},
		"KeyError":             {&Raw{}, "DFS_woFilter_w2"},
		"KeyError ":            {&Raw{Tree: &Tree{Root: node("", "", node(ActionNode, "f", node(InputNode, "{}")))}}, "DFS_woFilter_w2"},
	} {
		_, err := Convert("1", c.raw, ConvertOptions{Method: c.method, Released: true})
		var crash *ConvertError
		if !errors.As(err, &crash) || crash.Python != strings.TrimSpace(python) || crash.ID != "1" {
			t.Errorf("%s: %v", python, err)
		}
	}
}

// The path of an output without an answer depends on its task, not on the files
// that lie beside it.
func TestConvertFolderIndependent(t *testing.T) {
	leaf := func(text string) *RawNode { return &RawNode{Type: ThoughtNode, Description: text} }
	raw := &Raw{Tree: &Tree{Root: &RawNode{Children: []*RawNode{leaf("a"), leaf("b"), leaf("c"), leaf("d"), leaf("e")}}}, Answer: Generation{Query: "q"}}
	all, one := t.TempDir(), t.TempDir()
	for _, name := range []string{"1_DFS_w2.json", "2_DFS_w2.json", "3_x_DFS_w2.json", "my_task_DFS_w2.json", "9_DFS_w20.json"} {
		if err := raw.Write(filepath.Join(all, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := raw.Write(filepath.Join(one, "2_DFS_w2.json")); err != nil {
		t.Fatal(err)
	}
	read := func(dir string) map[string]any {
		out := map[string]any{}
		for c, err := range ConvertFolder(dir, ConvertOptions{Method: "DFS_w2"}) {
			if err != nil {
				t.Fatal(err)
			}
			out[c.ID] = c.Path()[2].Message
		}
		return out
	}
	many, single := read(all), read(one)
	if len(many) != 4 || many["3"] == nil || many["my_task"] == nil || many["2"] != single["2"] {
		t.Errorf("%v, alone %v", many, single)
	}
	if err := os.Rename(filepath.Join(all, "3_x_DFS_w2.json"), filepath.Join(all, "2_x_DFS_w2.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := Folder(all, "DFS_w2", false); err == nil || !strings.Contains(err.Error(), "2_DFS_w2.json and 2_x_DFS_w2.json are both answers to task 2") {
		t.Error(err)
	}
	// The release takes all five and keeps the last of each id, in the first's place.
	var ids []string
	for c, err := range ConvertFolder(all, ConvertOptions{Method: "DFS_w2", Seed: 42, Released: true}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	if want := []string{"1", "2", "9", "my"}; !reflect.DeepEqual(ids, want) {
		t.Errorf("ids %v, want %v", ids, want)
	}
}

// TestConvertAnswersByPlace: an answer without an id belongs to the call at its
// place, one with another call's id does not.
func TestConvertAnswersByPlace(t *testing.T) {
	for _, c := range []struct {
		name   string
		ids    [2]string // of the answers
		wanted [2]string
	}{
		{"ids", [2]string{"b", "a"}, [2]string{"two", "one"}},
		{"none", [2]string{"", ""}, [2]string{"one", "two"}},
		{"first missing", [2]string{"b", "x"}, [2]string{"", "one"}},
	} {
		r := &Raw{Answer: Generation{Valid: true, Messages: [][]RawMessage{{
			{Role: "system"}, {Role: "user"},
			{Role: "assistant", Calls: []RawCall{{ID: "a", Name: "f"}, {ID: "b", Name: "g"}}},
			{Role: "tool", CallID: c.ids[0], Content: "one"}, {Role: "tool", CallID: c.ids[1], Content: "two"},
			{Role: "assistant", Calls: []RawCall{{Name: "Finish"}}},
		}}}}
		got, err := Convert("1", r, ConvertOptions{Method: "CoT@1"})
		if err != nil {
			t.Fatal(err)
		}
		_, _, calls := got.Steps()
		if len(calls) != 3 || calls[0].Response != c.wanted[0] || calls[1].Response != c.wanted[1] {
			t.Errorf("%s: calls %+v, want the responses %q", c.name, calls, c.wanted)
		}
	}
}

// TestConvertByContent: without Released what is there says which form it has.
func TestConvertByContent(t *testing.T) {
	r := &Raw{Trys: []Try{{Chain: Chain{{Type: ThoughtNode, Description: "hm"}}}}}
	c, err := Convert("1", r, ConvertOptions{Method: "mine"})
	if err != nil || len(c.Path()) != 3 {
		t.Errorf("an attempt of another method: %v, %v", c, err)
	}
	if _, err := Convert("1", r, ConvertOptions{Method: "mine", Released: true}); err == nil {
		t.Error("as released, a method of unknown form: no error")
	}
}

// TestConvertTurns: a call behind a Finish that was refused was run, one behind a
// Finish that ended the path was not; a function_call that is null is none.
func TestConvertTurns(t *testing.T) {
	r, err := ParseRaw(`{"answer_generation": {"valid_data": true, "train_messages": [[{"role": "system"}, {"role": "user"},
		{"role": "assistant", "content": "both", "function_call": null, "tool_calls": [
			{"id": "a", "function": {"name": "Finish", "arguments": "{"}}, {"id": "b", "function": {"name": "f", "arguments": "{}"}}]},
		{"role": "tool", "tool_call_id": "a", "content": "no JSON"}, {"role": "tool", "tool_call_id": "b", "content": "seen"},
		{"role": "assistant", "content": "done", "tool_calls": [
			{"id": "c", "function": {"name": "Finish", "arguments": "{}"}}, {"id": "d", "function": {"name": "g", "arguments": "{}"}}]}]]}}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, released := range []bool{false, true} {
		want := "Finish(no JSON) f(seen) Finish() "
		if released {
			want = "Finish() Finish() "
		}
		c, err := Convert("1", r, ConvertOptions{Method: "CoT@1", Released: released})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		_, _, calls := c.Steps()
		for _, call := range calls {
			got += call.Name + "(" + call.Response + ") "
		}
		if got != want {
			t.Errorf("released %v: calls %q, want %q", released, got, want)
		}
	}
}
