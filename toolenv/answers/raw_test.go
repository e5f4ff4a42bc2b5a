package answers

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Outputs that the release wrote come back byte for byte from their fields alone.
func TestRawReleased(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(golden.Kind(t, "toolbench"), "inference", "*.jsonl.gz"))
	if err != nil || len(files) == 0 {
		t.Skip("no recorded inference in the golden data")
	}
	n := 0
	for _, path := range files {
		for _, line := range golden.Lines(t, path) {
			v, err := pyliteral.FromJSON(line)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			row := v.(pyliteral.Dict)
			out, ok := row.Get("output")
			if !ok {
				continue
			}
			want, _ := row.Get("output_sha256")
			r, err := ParseRaw(pyliteral.Dumps(out, pyliteral.JSONStyle{}))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			r.Document = nil
			sum := sha256.Sum256([]byte(r.Text()))
			if got := hex.EncodeToString(sum[:]); got != want {
				t.Fatalf("%s: written again, the output has the hash %s, want %s", path, got, want)
			}
			n++
		}
	}
	t.Logf("%d outputs", n)
}

// Published answers, some of them with function_call and without train_messages, are read and
// copied byte for byte.
func TestRawPublished(t *testing.T) {
	root := filepath.Join(golden.Root(t), "..", "shared")
	n := 0
	for _, pattern := range []string{"toolbench/data_example/answer/*/*.json", "stabletoolbench/data_example/answer/*/*/*.json"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			r, err := ReadRaw(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Text(); got != strings.ReplaceAll(string(want), "\r\n", "\n") { // some went through Windows
				t.Errorf("%s: the copy differs", path)
			}
			if r.Answer.Query == "" || len(r.Answer.Functions) == 0 || (r.Tree == nil) == (r.Trys == nil) {
				t.Errorf("%s: query %q, %d functions, tree %v, %d attempts", path, r.Answer.Query, len(r.Answer.Functions), r.Tree != nil, len(r.Trys))
			}
			for _, list := range r.Answer.Messages {
				last := list[len(list)-1]
				if last.Role != "assistant" {
					t.Errorf("%s: a list of messages ends with role %q", path, last.Role)
				}
				if strings.Contains(string(want), `"function_call"`) && len(last.Calls) == 0 && last.Content == "" {
					t.Errorf("%s: an assistant's message without a thought and a call", path)
				}
			}
			n++
		}
	}
	if n == 0 {
		t.Skip("no published answers")
	}
}

func TestRawOwn(t *testing.T) {
	code := -1
	r := &Raw{
		Trys: []Try{{Chain: Chain{{Depth: 1, Type: ThoughtNode, Description: "d", Code: &code, Elo: 1000}}}},
		Args: Args{{Key: "answer", Value: int64(1)}},
		Own: &Own{Limits: Budget{Turns: 4, Calls: 3}, Used: Budget{Turns: 1, Queries: 1, Tokens: 7}, Stopped: "turns", Requests: 6, Codes: map[int]int{0: 3, -1: 1},
			Faults: map[string]int{"timeout": 2, "model": 1}, SchemaErrors: []SchemaError{{"0", "f", "no q"}}},
	}
	path := filepath.Join(t.TempDir(), "1_CoT@1.json")
	if err := r.Write(path); err != nil {
		t.Fatal(err)
	}
	got, err := ReadRaw(path)
	if err != nil {
		t.Fatal(err)
	}
	got.Document = nil
	if got.Text() != r.Text() || got.Own.Faults["timeout"] != 2 || got.Own.Codes[-1] != 1 || got.Own.SchemaErrors[0].Function != "f" {
		t.Errorf("read back %+v", got.Own)
	}
}

func TestRawWrong(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                       "no JSON object",
		`{}`:                       "no field answer_generation",
		`{"answer_generation": 1}`: "answer_generation is a number, not an object",
		`{"answer_generation": {}, "trys": [{"chain": [{"depth": "1"}]}]}`:               "trys[0].chain[0].depth is a string, not an integer",
		`{"answer_generation": {"train_messages": [3]}}`:                                 "answer_generation.train_messages[0] is a number, not a list",
		`{"answer_generation": {"train_messages": [[{"role": "tool", "content": []}]]}}`: "train_messages[0][0].content is a list, not a string",
	} {
		if _, err := ParseRaw(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

// FuzzParseRaw: whatever stands in a file, reading it answers, and what it accepts
// can be written from its fields.
func FuzzParseRaw(f *testing.F) {
	f.Add(`{"answer_generation": {"train_messages": [[{"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}}]]}}`)
	f.Add(`{"tree": {"tree": {"children": [{}]}}, "answer_generation": null, "stepgrain": {"faults": {"x": 1}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRaw(text)
		if err != nil {
			return
		}
		r.Document = nil
		if _, err := ParseRaw(r.Text()); err != nil {
			t.Fatalf("written again: %v", err)
		}
	})
}
