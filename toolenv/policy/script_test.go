package policy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv/search"
)

const script = `{"task": "1", "turns": ["Thought: a\nAction: f\nAction Input: {\"x\": 1}", "nonsense", {"content": "c", "calls": [{"name": "g", "arguments": {"y": 1.0}}, {"id": "7", "name": "Finish", "arguments": "{\"z\""}]}, {"content": "only words"}]}
{"task": "1", "sample": 1, "turns": ["Action: own\nAction Input: {}"]}
{"task": "1", "sample": 1, "turns": ["Action: own2\nAction Input: {}"]}
{"task": "empty", "turns": []}
`

func TestScriptSaysTurnAfterTurn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "script.jsonl")
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := OpenScript(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	say := func(m search.Model, task string) string {
		r, err := m.Next(ctx, &search.Request{Task: task, Required: true})
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("%q %v %q", r.Content, r.Calls, r.ParseError)
	}
	all := []string{
		`"a" [{ f {"x": 1}}] ""`, `"nonsense" [] "no 'Action:' line"`, `"c" [{ g {"y": 1.0}} {7 Finish {"z"}] ""`, `"only words" [] "no call in the answer"`,
		"policy: the script has no more than 4 turns for task 1, sample 0",
	}
	for i, want := range all {
		if got := say(s, "1"); got != want {
			t.Errorf("turn %d: %s, want %s", i, got, want)
		}
	}
	own, other := s.Sample(1), s.Sample(2)
	for i, want := range []string{`"" [{ own {}}] ""`, `"" [{ own2 {}}] ""`, "policy: the script has no more than 2 turns for task 1, sample 1"} {
		if got := say(own, "1"); got != want {
			t.Errorf("sample 1, turn %d: %s, want %s", i, got, want)
		}
	}
	if got := say(other, "1"); got != all[0] {
		t.Errorf("sample 2: %s, want %s", got, all[0])
	}
	for _, task := range []string{"empty", "unknown"} {
		_, err := s.Next(ctx, &search.Request{Task: task})
		var end *ScriptEnd
		if !errors.As(err, &end) || end.Task != task || end.Said != 0 {
			t.Errorf("%s: error %v", task, err)
		}
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Next(done, &search.Request{Task: "1"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestScriptReadsAsTheReleaseDoes(t *testing.T) {
	s := NewScript()
	s.Released = true
	s.Add("1", -1, Turn{Text: "no marks at all"})
	r, err := s.Next(context.Background(), &search.Request{Task: "1", Required: true})
	if err != nil || r.ParseError != "" || len(r.Calls) != 1 || r.Content != " at al" {
		t.Errorf("%+v, %v", r, err)
	}
}

// Many tasks at once: each hears its own turns in its own order.
func TestScriptOfManyTasksAtOnce(t *testing.T) {
	s := NewScript()
	for task := range 8 {
		for i := range 50 {
			s.Add(fmt.Sprint(task), -1, Turn{Text: fmt.Sprint(i), Parsed: true})
		}
	}
	var wg sync.WaitGroup
	for task := range 8 {
		wg.Go(func() {
			for i := range 50 {
				r, err := s.Next(context.Background(), &search.Request{Task: fmt.Sprint(task)})
				if err != nil || r.Content != fmt.Sprint(i) {
					t.Errorf("task %d, turn %d: %v, %v", task, i, r, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestBrokenScripts(t *testing.T) {
	for text, want := range map[string]string{
		`{"task": "1"}`:                                      "entry 1 (task 1) has no turns",
		`{"turns": []}`:                                      "entry 1 has no task",
		`{"task": "1", "turns": [], "x": 1}`:                 `unknown field "x"`,
		`{"task": "1", "turns": [7]}`:                        "turn 0: want a text",
		`{"task": "1", "turns": ["a", {"text": ""}]}`:        "turn 1: want a text",
		`{"task": "1", "turns": ["a"]} {"task"`:              "entry 2: the text ends too early",
		`{"task": 1, "turns": []}`:                           "task is a number, not a string",
		`{"task": "1", "sample": -1, "turns": []}`:           "sample -1 is negative",
		`{"task": "1", "turns": [{"calls": [{"name": 7}]}]}`: "turn 0",
	} {
		if _, err := ReadScript(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
	if _, err := OpenScript(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}
