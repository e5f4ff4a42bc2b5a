package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/batch"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// What an expert does in the world's own episodes solves the same tasks as
// exported: over the files of ToolBench, with the world behind the calls.
func TestWorld(t *testing.T) {
	dir := t.TempDir()
	w := world.New(1, world.Options{})
	if _, err := w.Export(dir, world.ExportOptions{Sets: []string{"I1-inst"}}); err != nil {
		t.Fatal(err)
	}
	const n = 20
	envs := w.Set("I1-inst")[:n]
	played, err := toolenv.Rollout(context.Background(), world.Oracle(envs), world.Envs(envs, 1))
	if err != nil {
		t.Fatal(err)
	}
	var script, ids []string
	for _, p := range played {
		var turns []string
		for _, turn := range p.Turns {
			turns = append(turns, turn.Action)
		}
		line, _ := json.Marshal(map[string]any{"task": p.Task.ID, "turns": turns})
		script, ids = append(script, string(line)), append(ids, fmt.Sprintf("%q: 0", p.Task.ID))
	}
	write(t, filepath.Join(dir, "turns.jsonl"), strings.Join(script, "\n"))
	write(t, filepath.Join(dir, "ids.json"), "{"+strings.Join(ids, ", ")+"}")
	var outputs [2]string
	for i, threads := range []string{"1", "8"} {
		out := filepath.Join(dir, "out"+threads)
		var stdout, stderr bytes.Buffer
		status := run([]string{"-queries", filepath.Join(dir, "test_instruction", "I1-inst.json"), "-ids", filepath.Join(dir, "ids.json"), "-tool-root", filepath.Join(dir, "tools"),
			"-policy", "script:" + filepath.Join(dir, "turns.jsonl"), "-tools", "world", "-max-step", "60", "-threads", threads, "-out", out, "-json"}, &stdout, &stderr)
		var s batch.Summary
		if err := json.Unmarshal(stdout.Bytes(), &s); err != nil || status != 0 {
			t.Fatalf("status %d, %v, %s", status, err, stderr.String())
		}
		if s.Answered != n {
			t.Errorf("%d of %d answered: %+v", s.Answered, n, s)
		}
		for _, p := range played {
			path := filepath.Join(out, p.Task.ID+"_CoT@1.json")
			r, err := answers.ReadRaw(path)
			if err != nil {
				t.Fatal(err)
			}
			var final struct{ Final_answer string }
			if err := json.Unmarshal([]byte(r.Answer.FinalAnswer), &final); err != nil || !p.Solved || final.Final_answer != p.Task.Answer {
				t.Errorf("%s: %s, want %q (solved in the world: %v)", p.Task.ID, r.Answer.FinalAnswer, p.Task.Answer, p.Solved)
			}
			observed := observations(r)
			for k, turn := range p.Turns[:len(p.Turns)-1] {
				if k >= len(observed) || !sameJSON(observed[k], turn.Observation) {
					t.Errorf("%s, turn %d: observations %q, want %s", p.Task.ID, k, observed, turn.Observation)
				}
			}
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			outputs[i] += string(b)
		}
	}
	if outputs[0] != outputs[1] {
		t.Error("the outputs depend on the number of threads")
	}
}

// sameJSON compares two texts as JSON, where they are.
func sameJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return a == b
	}
	return reflect.DeepEqual(x, y)
}

func observations(r *answers.Raw) (out []string) {
	for _, n := range r.Trys[0].Chain {
		if n.Type == answers.InputNode {
			out = append(out, n.Observation)
		}
	}
	return out
}
