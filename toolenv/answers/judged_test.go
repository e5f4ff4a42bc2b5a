package answers_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// The stored results of the release are written back as they were read, and their
// CSV twins follow from them.
func TestStoredResultsByteForByte(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(golden.Root(t), "..", "shared", "steptool", "data_eval", "*", "*.json"))
	if len(files) == 0 {
		t.Skip("no stored results beside the repository")
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		list, err := answers.LoadJudged(path)
		if err != nil {
			t.Fatal(err)
		}
		if answers.JudgedText(list) != string(text) {
			t.Errorf("%s is written differently", path)
		}
		want, err := os.ReadFile(strings.TrimSuffix(path, "json") + "csv")
		if err != nil {
			continue // one twin is not in the release
		}
		// The model's name and which repeats were fresh are not in the JSON.
		for i, row := range bytes.SplitAfter(want, []byte("\r\n"))[1:] {
			if i == len(list) {
				break
			}
			cells := bytes.Split(bytes.TrimSuffix(row, []byte("\r\n")), []byte("\t"))
			for k := range list[i].IsSolved {
				list[i].IsSolved[k].Fresh = bytes.HasPrefix(cells[6], []byte("{0")) || bytes.HasPrefix(cells[6], []byte("{1")) || bytes.HasPrefix(cells[6], []byte("{2"))
			}
			got := bytes.Split(answers.JudgedCSV(string(cells[4]), list[i:i+1]), []byte("is_solved\r\n"))[1]
			if !bytes.Equal(got, row) && !mixed(cells[6]) {
				t.Fatalf("%s row %d:\n%q\n%q", path, i+1, got, row)
			}
		}
	}
}

// mixed tells cells in which fresh and read repeats stand side by side.
func mixed(cell []byte) bool {
	return bytes.Contains(cell, []byte("'0'")) != bytes.Contains(cell, []byte("'2'"))
}

func TestJudgedKeepsWhatItReads(t *testing.T) {
	const text = `{
    "7": {
        "query": "q",
        "tool_names": [],
        "answer_steps": "",
        "final_step": "",
        "is_solved": {
            "2": "AnswerStatus.Solved",
            "0": "AnswerStatus.Unsure"
        },
        "length": 0,
        "judge": "rules",
        "failures": {
            "1": "no reply"
        },
        "note": 1.0
    }
}`
	list, err := answers.ParseJudged(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := answers.JudgedText(list); got != text {
		t.Errorf("got\n%s", got)
	}
	j := list[0]
	if j.Score(2) != 1 || j.Score(0) != .5 || j.Score(1) != 0 || j.Judge != "rules" || j.Failures[0].Reason != "no reply" {
		t.Errorf("%+v", j)
	}
	if s, ok := j.Status(2); s != steptool.Solved || !ok {
		t.Errorf("status %v %v", s, ok)
	}
}

func TestJudgedErrorsNameThePlace(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                                     "expected an object",
		`{"7": 1}`:                               "query 7: expected an object",
		`{"7": {"is_solved": {"x": "s"}}}`:       `query 7: is_solved: repeat "x" is not a number`,
		`{"7": {"is_solved": {"0": "Solved"}}}`:  "query 7: is_solved: repeat 0 is",
		`{"7": {"is_solved": []}}`:               "query 7: is_solved: expected an object",
		`{"7": {"query": 3}}`:                    "query 7: query: unexpected value 3",
		`{"7": {"failures": {"0": 3}}}`:          "query 7: failures: repeat 0: expected text",
		`{"7": {"tool_names": ["a", 1]}}`:        "query 7: tool_names: unexpected value",
		`{"7": {"length": "4"}, "8": "no entry"`: "'{' is never closed",
	} {
		_, err := answers.ParseJudged(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
