package dataset

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// release is the folder with files of StepTool's release.
func release(t testing.TB, elem ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{golden.Root(t), "..", "shared", "steptool"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no files of the release: %v", err)
	}
	return path
}

// The released files for SFT and RFT come back byte for byte.
func TestExamplesReleased(t *testing.T) {
	paths, _ := filepath.Glob(filepath.Join(release(t, "data_train"), "*", "*.json"))
	for _, path := range paths {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		w := NewExamplesWriter(&b)
		n := 0
		for e, err := range ReadExamples(path, bytes.NewReader(want)) {
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range e.Instances {
				if head, _, _ := strings.Cut(x.ID, ": "); head != "Step "+head[len("Step "):] {
					t.Errorf("%s: id %q", path, x.ID)
				}
				n++
			}
			if err := w.Write(e); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil || !bytes.Equal(b.Bytes(), want) {
			t.Errorf("%s: the copy differs (%v)", path, err)
		}
		t.Logf("%s: %d instances", filepath.Base(path), n)
	}
}

// The released pairs come back byte for byte, but for the last line end.
func TestPairsReleased(t *testing.T) {
	path := release(t, "data_train", "eto", "dpo_data_example.csv")
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := NewPairsWriter(&b)
	n := 0
	for p, err := range ReadPairs(path, bytes.NewReader(want)) {
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{p.Chosen, p.Rejected} {
			if !strings.HasPrefix(s, "\nThought: ") || !strings.Contains(s, "\nAction: ") || !strings.Contains(s, "\nAction Input: ") {
				t.Errorf("turn %q", s)
			}
		}
		if !strings.HasPrefix(p.Prompt, "System: \nSpecifically, ") || !strings.HasSuffix(p.Prompt, "\nAssistant: ") {
			t.Errorf("prompt %q", p.Prompt)
		}
		if err := w.Write(p); err != nil {
			t.Fatal(err)
		}
		n++
	}
	if got := strings.TrimSuffix(b.String(), "\n"); n == 0 || got != strings.TrimSuffix(string(want), "\n") {
		t.Errorf("%d pairs; the copy differs", n)
	}
}

// Rows from the released answers and annotations, in all layouts: they read back,
// rewards are on the grid of thirtieths, and actions hold what the model wrote. Where
// the released training file has a row for the same query and first call, prompt
// and first action are the same bytes.
func TestRowsReleased(t *testing.T) {
	source, err := Open(release(t, "annotation", "model_predictions_converted.json"), answers.ConvertOptions{})
	if err != nil {
		t.Fatal(err)
	}
	annotations := loadAnnotations(t, release(t, "annotation", "reward_annotation.json"))
	ids, err := source.IDs()
	if err != nil {
		t.Fatal(err)
	}
	same := 0
	for _, layout := range []string{"toolllama", "qwen2", "llama3-1"} {
		var b bytes.Buffer
		report, err := WritePPO(&b, source.Each(), annotations, Options{Layout: layout, Released: true})
		if err != nil {
			t.Fatal(err)
		}
		if report.Built != len(ids) {
			t.Errorf("%s: %s", layout, &report)
		}
		rows, err := steptool.Read(layout, &b)
		if err != nil {
			t.Fatal(err)
		}
		known := releasedRows(t, layout)
		l, _ := chat.ByName(layout)
		for i, row := range rows {
			c, err := l.Parse(row.Prompts, row.Responses)
			if err != nil {
				t.Fatal(err)
			}
			want, err := source.Get(ids[i])
			if err != nil {
				t.Fatal(err)
			}
			checkRow(t, layout, want, c, row)
			if k, ok := known[row.Prompts[0]]; ok {
				same++
				if action(k.Responses[0]) == action(row.Responses[0]) && k.Responses[0] != row.Responses[0] {
					t.Errorf("%s: action %q, released %q", layout, row.Responses[0], k.Responses[0])
				}
			}
		}
	}
	t.Logf("%d rows whose prompt is in the released files", same)
}

func action(s string) string {
	_, s, _ = strings.Cut(s, "Action: ")
	s, _, _ = strings.Cut(s, "\n")
	return s
}

func releasedRows(t *testing.T, layout string) map[string]steptool.Row {
	rows, err := steptool.Load(release(t, "data_train", layout, "step_grained_for_ppo_example.csv"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]steptool.Row{}
	for _, r := range rows {
		out[r.Prompts[0]] = r
	}
	return out
}

func loadAnnotations(t *testing.T, path string) *Annotations {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, err := ReadAnnotations(path, f)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// An annotation alone is the trajectory that it was made of.
func TestFromAnnotationReleased(t *testing.T) {
	source, err := Open(release(t, "annotation", "model_predictions_converted.json"), answers.ConvertOptions{})
	if err != nil {
		t.Fatal(err)
	}
	path := release(t, "annotation", "reward_annotation.json")
	annotations := loadAnnotations(t, path)
	list, err := steptool.LoadAnnotations(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		got, rewards, err := FromAnnotation(&list[i])
		if err != nil {
			t.Fatal(err)
		}
		want, err := source.Get(list[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		wantRewards, err := annotations.Rewards(want)
		if err != nil || !slices.Equal(rewards, wantRewards) || !slices.Equal(got.Turns, want.Turns) || !slices.Equal(got.Names(), want.Names()) {
			t.Errorf("task %s: %v: %v %+v, want %v %+v", list[i].ID, err, rewards, got.Turns, wantRewards, want.Turns)
		}
	}
}
