package judging

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/judging/scripted"
	"github.com/stepgrain/stepgrain/toolenv/judge"
)

func TestParseKeys(t *testing.T) {
	got, err := parseKeys([]byte(" sk-1\n"))
	if err != nil || len(got) != 1 || got[0].key != "sk-1" {
		t.Errorf("%v, %v", got, err)
	}
	got, err = parseKeys([]byte(`[{"api_key": "a", "api_base": "http://x/v1/"}, {"api_key": "b"}]`))
	if err != nil || len(got) != 2 || got[0].base != "http://x/v1" || got[1].key != "b" {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"", "two secrets", "[]", `[{"api_base": "secret"}]`, `["secret"]`, `{"api_key": "secret"}`} {
		if _, err := parseKeys([]byte(text)); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Keys of several servers are used in turn, each at its own.
func TestServersInTurn(t *testing.T) {
	one, url1, _ := scripted.Serve(t)
	two, url2, _ := scripted.Serve(t)
	path := filepath.Join(t.TempDir(), "pool.json")
	if err := os.WriteFile(path, []byte(`[{"api_key": "a", "api_base": "`+url1+`"}, {"api_key": "b", "api_base": "`+url2+`"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	var f Flags
	fs := flag.NewFlagSet("test", flag.ContinueOnError)
	f.Register(fs)
	if err := fs.Parse([]string{"-key-file", path}); err != nil {
		t.Fatal(err)
	}
	j, err := f.Judge()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Solvable(t.Context(), make([]judge.Question, 2), judge.SolvableOptions{Repeats: 2}); err != nil {
		t.Fatal(err)
	}
	if a, b := one.Requests["check_task_solvable"], two.Requests["check_task_solvable"]; a != 2 || b != 2 {
		t.Errorf("%d and %d requests", a, b)
	}
}

func TestSets(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sft_cot")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Sets(dir); err == nil || !strings.Contains(err.Error(), "no files <set>.json") {
		t.Errorf("empty folder: %v", err)
	}
	for _, name := range []string{"G2_category.json", "G1_tool.json", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(`{"7": 0, "1": 0}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Sets(dir)
	if err != nil || len(got) != 2 || got[0].Name != "G1_tool" || got[1].Model != "sft_cot" {
		t.Errorf("%+v, %v", got, err)
	}
	ids, err := got[0].IDs(dir)
	if err != nil || strings.Join(ids, " ") != "7 1" {
		t.Errorf("%v, %v", ids, err)
	}
	if ids, err := got[0].IDs(""); ids != nil || err != nil {
		t.Errorf("%v, %v", ids, err)
	}
}
