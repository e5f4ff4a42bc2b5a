package steptool

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
)

// release is the folder with StepTool's own files, beside the golden data.
func release(t *testing.T) string {
	dir := filepath.Join(golden.Dir(t), "..", "steptool")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no files of the StepTool release in %s", dir)
	}
	return dir
}

const example = "prompt\tresponse\treward\n" +
	`"['System:\nsys\nUser:\nit\'s?\nBegin!\n\nAssistant:\n', ""Function:\n{'a': 1}\nAssistant:\n""]"` + "\t" +
	`['Action: f\nAction Input: {}\n', 'Action: Finish\nAction Input: {}\n']` + "\t[0.5, 1]\n"

func ExampleRead() {
	rows, err := Read("example.csv", strings.NewReader(example))
	fmt.Println(len(rows), err)
	fmt.Printf("%q\n%v\n", rows[0].Prompts, rows[0].Rewards)
	_, err = Read("broken.csv", strings.NewReader("prompt\tresponse\treward\n['a'\t['b']\t[1.0]\n"))
	fmt.Println(err)
	// Output:
	// 1 <nil>
	// ["System:\nsys\nUser:\nit's?\nBegin!\n\nAssistant:\n" "Function:\n{'a': 1}\nAssistant:\n"]
	// [0.5 1]
	// steptool: broken.csv: row 1 (line 2): column prompt: not a Python list: character 1: '[' is never closed
}

// The released example files: ten rows each, lengths and reward grid of
// the released data (a score is n/30); written back they are the same bytes.
func TestReleasedFiles(t *testing.T) {
	lengths := map[string][]int{
		"toolllama": {2, 4, 4, 4, 4, 4, 4, 4, 4, 2},
		"qwen2":     {3, 3, 3, 2, 3, 3, 5, 6, 3, 3},
		"llama3-1":  {3, 3, 2, 3, 3, 4, 3, 4, 2, 4},
	}
	files, err := filepath.Glob(filepath.Join(release(t), "data_train", "*", "step_grained_for_ppo_example.csv"))
	if err != nil || len(files) == 0 {
		t.Skip("no step_grained_for_ppo_example.csv")
	}
	for _, f := range files {
		rows, err := Load(f)
		if err != nil {
			t.Error(err)
			continue
		}
		var got []int
		for i, r := range rows {
			got = append(got, len(r.Rewards))
			for k, x := range r.Rewards {
				if n := 30 * x; math.Abs(n-math.Round(n)) > 1e-9 || x < 0 || x > 1 {
					t.Errorf("%s: row %d: reward %d is %v, not a multiple of 1/30", f, i+1, k, x)
				}
			}
		}
		if want, ok := lengths[filepath.Base(filepath.Dir(f))]; ok && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: lengths %v, want %v", f, got, want)
		}
		var b bytes.Buffer
		if err := Write(&b, rows); err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := b.String(), strings.ReplaceAll(string(want), "\r\n", "\n"); got != want {
			at := 0
			for at < len(got) && at < len(want) && got[at] == want[at] {
				at++
			}
			t.Errorf("%s: written back it differs at byte %d: %.60q, want %.60q", f, at, got[at:], want[at:])
		}
	}
}

func TestReadErrors(t *testing.T) {
	head := "prompt\tresponse\treward\n"
	more := "prompt\tresponse\treward\tlogprobs\n"
	for text, want := range map[string]string{
		"":                         "x.csv is empty",
		"prompt,response,reward\n": `no column "prompt"`,
		head:                       "holds no rows",
		head + "['a']\t['b']\n":    "row 1 (line 2): 2 cells, the first line has 3",
		head + "['a']\t['b']\t[1.0]\n['a', 1]\t['b']\t[1.0]\n": "row 2 (line 3): column prompt: element 1 is 1, not a string",
		head + "['a']\t['b']\t['x']\n":                         "column reward: element 0 is 'x', not a number",
		head + "['a']\t['b']\t[1e999]\n":                       "column reward: element 0 is infinite",
		head + "['a']\t['b', 'c']\t[1.0]\n":                    "1 prompts, 2 responses, 1 rewards",
		head + "[]\t[]\t[]\n":                                  "at least one",
		head + "'a'\t['b']\t[1.0]\n":                           "column prompt: not a Python list: 'a'",
		head + "['a']\t['b']\t[nan]\n":                         `column reward: not a Python list: character 2: unexpected name "nan"`,
		head + "['a']\texec('x')\t[1.0]\n":                     `column response: not a Python list: character 1: unexpected name "exec"`,
		more + "['a']\t['b']\t[1]\t[[-1], [-2]]\n":             "column logprobs: 2 lists for 1 responses",
		more + "['a']\t['b']\t[1]\t[-1]\n":                     "column logprobs: element 0 is -1, not a list of numbers",
		more + "['a']\t['b']\t[1]\t[['x']]\n":                  "column logprobs: response 0: element 0 is 'x', not a number",
		more + "['a']\t['b']\t[1]\t[[-1, .5]]\n":               "column logprobs: response 0: element 1 is 0.5: a log-probability is at most 0",
	} {
		_, err := Read("x.csv", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.csv")); err == nil || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("missing file: %v", err)
	}
}

// Log-probabilities come back as they were written, and stand in all rows or in
// none.
func TestLogProbs(t *testing.T) {
	rows := []Row{
		{Prompts: []string{"p", "q"}, Responses: []string{"a", "b"}, Rewards: []float64{0, 1}, LogProbs: [][]float64{{-.5, -1e-9, 0}, {-2}}},
		{Prompts: []string{"p"}, Responses: []string{"a"}, Rewards: []float64{1}, LogProbs: [][]float64{{}}},
	}
	var b bytes.Buffer
	if err := Write(&b, rows); err != nil {
		t.Fatal(err)
	}
	again, err := Read("again", &b)
	if err != nil || !reflect.DeepEqual(rows, again) {
		t.Errorf("%+v came back as %+v, %v", rows, again, err)
	}
	rows[1].LogProbs = nil
	if err := Write(&b, rows); err == nil || !strings.Contains(err.Error(), "row 2: 0 lists of log-probabilities for 1 responses") {
		t.Errorf("got %v", err)
	}
}

// Whatever can be read can be written, and comes back the same.
func FuzzRead(f *testing.F) {
	f.Add(example)
	f.Add("reward\tprompt\tresponse\textra\n[1]\t['\"']\t['\\t']\tx\n")
	f.Add("prompt\tresponse\treward\tlogprobs\n['a']\t['b']\t[1]\t[[-1]]\n")
	f.Add("prompt\tresponse\treward\n\"['a\t\"\"b']\"\t['b']\t[1.0]\n")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := Read("fuzz", strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, rows); err != nil {
			t.Fatal(err)
		}
		again, err := Read("again", &b)
		if err != nil || !reflect.DeepEqual(rows, again) {
			t.Errorf("%+v came back as %+v, %v", rows, again, err)
		}
	})
}
