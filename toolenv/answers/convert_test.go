package answers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
)

// recorded are the draws of one file: those among several are listed, those among
// one counted.
type recorded struct {
	draws  [][2]int
	single int
	err    error
}

func (r *recorded) Choose(n int) int {
	if n == 1 {
		r.single--
		return 0
	}
	if len(r.draws) == 0 || r.draws[0][0] != n {
		r.err = errors.Join(r.err, fmt.Errorf("drew among %d, recorded: %v", n, r.draws))
		return 0
	}
	i := r.draws[0][1]
	r.draws = r.draws[1:]
	return i
}

type convertRow struct {
	Group, Method, Client, Tag, Folder string
	Read                               []string
	Random                             []struct {
		File   string
		Draws  [][2]int
		Single int
	}
	Hash  string `json:"output_sha256"`
	Steps map[string]struct {
		Steps []string
		Final string `json:"final_step"`
	}
	Crash *struct{ Type string }
}

// Conversions that the release did, with its draws: the file byte for byte, the
// steps of every answer, and in place of a crash an error that names it.
func TestConvertReleased(t *testing.T) {
	dir := filepath.Join(golden.Kind(t, "toolbench"), "convert")
	outputs := inferenceOutputs(t)
	groups, files := 0, 0
	for _, name := range []string{"inference.jsonl.gz", "examples.jsonl.gz"} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err != nil {
			t.Logf("no %s", path)
			continue
		}
		for _, line := range golden.Lines(t, path) {
			var row convertRow
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			read := func(file string) (*Raw, error) { return ParseRaw(outputs[row.Client+"|"+row.Tag+"|"+file]) }
			if row.Folder != "" {
				folder := filepath.Join(golden.Root(t), "..", "shared", row.Folder)
				if _, err := os.Stat(folder); err != nil {
					t.Logf("%s left out: %v", row.Group, err)
					continue
				}
				listed, err := Folder(folder, row.Method, true)
				var names []string
				for _, f := range listed {
					names = append(names, filepath.Base(f.Path))
				}
				if err != nil || !reflect.DeepEqual(names, row.Read) {
					t.Errorf("%s: files %v (%v), want %v", row.Group, names, err, row.Read)
				}
				read = func(file string) (*Raw, error) { return ReadRaw(filepath.Join(folder, file)) }
			}
			convertGroup(t, &row, read)
			groups++
			files += len(row.Read)
		}
	}
	t.Logf("%d groups, %d answers", groups, files)
}

func convertGroup(t *testing.T, row *convertRow, read func(string) (*Raw, error)) {
	var list []Converted
	for i, file := range row.Read {
		raw, err := read(file)
		if err != nil {
			t.Errorf("%s: %s: %v", row.Group, file, err)
			return
		}
		id, _, _ := strings.Cut(file, "_")
		draws := &recorded{draws: row.Random[i].Draws, single: row.Random[i].Single}
		c, err := Convert(id, raw, ConvertOptions{Method: row.Method, Draws: draws, Released: true})
		var crash *ConvertError
		if row.Crash != nil && i == len(row.Read)-1 {
			if !errors.As(err, &crash) || crash.Python != row.Crash.Type {
				t.Errorf("%s: %s: error %v, the release ended with %s", row.Group, file, err, row.Crash.Type)
			}
			return
		}
		if err != nil {
			t.Errorf("%s: %v", row.Group, err)
			return
		}
		if draws.err != nil || draws.single != 0 || len(draws.draws) > 0 {
			t.Errorf("%s: %s: draws: %v, %d among one and %v not made", row.Group, file, draws.err, draws.single, draws.draws)
		}
		list = append(list, *c)
	}
	list = ByID(list)
	for _, c := range list {
		steps, final, calls := c.Steps()
		if want := row.Steps[c.ID]; !reflect.DeepEqual(append([]string{}, steps...), want.Steps) || final != want.Final {
			t.Errorf("%s: task %s: steps\n%q\n%q, want\n%q\n%q", row.Group, c.ID, steps, final, want.Steps, want.Final)
		}
		back, err := ParseSteps(steps)
		if err != nil || !reflect.DeepEqual(back, append([]Call{}, calls...)) {
			t.Errorf("%s: task %s: steps read back (%v): %v, want %v", row.Group, c.ID, err, back, calls)
		}
	}
	path := filepath.Join(t.TempDir(), "converted.json")
	if err := Save(path, list); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != row.Hash {
		t.Errorf("%s: the file differs from the release's", row.Group)
	}
	again, err := Load(path)
	if err != nil || !reflect.DeepEqual(again, list) {
		t.Errorf("%s: read back differently (%v)", row.Group, err)
	}
}

// The recorded draws are also those of Python's generator, seeded once per group.
func TestPythonDraws(t *testing.T) {
	path := filepath.Join(golden.Kind(t, "toolbench"), "convert", "inference.jsonl.gz")
	outputs := inferenceOutputs(t)
	n := 0
	for _, line := range golden.Lines(t, path) {
		var row convertRow
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		if row.Crash != nil {
			continue
		}
		var list []Converted
		draws := PythonDraws(42)
		for _, file := range row.Read {
			raw, err := ParseRaw(outputs[row.Client+"|"+row.Tag+"|"+file])
			if err != nil {
				t.Fatal(err)
			}
			id, _, _ := strings.Cut(file, "_")
			c, err := Convert(id, raw, ConvertOptions{Method: row.Method, Draws: draws, Released: true})
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, *c)
		}
		var b strings.Builder
		w := NewWriter(&b)
		for _, c := range ByID(list) {
			if err := w.Write(&c); err != nil {
				t.Fatal(err)
			}
		}
		w.Close()
		if sum := sha256.Sum256([]byte(b.String())); hex.EncodeToString(sum[:]) != row.Hash {
			t.Errorf("%s: with draws of its own the file differs from the release's", row.Group)
		}
		n++
	}
	t.Logf("%d groups", n)
}

// inferenceOutputs are the texts of the recorded raw outputs, by client, tag and file.
func inferenceOutputs(t *testing.T) map[string]string {
	paths, _ := filepath.Glob(filepath.Join(golden.Kind(t, "toolbench"), "inference", "*.jsonl.gz"))
	out := map[string]string{}
	for _, p := range paths {
		for _, line := range golden.Lines(t, p) {
			var row struct {
				Client, Tag, Method string
				File                string `json:"output_file"`
				Output              json.RawMessage
			}
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			if row.Output != nil {
				out[row.Client+"|"+row.Tag+"|"+row.File] = string(row.Output)
			}
		}
	}
	return out
}
