package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// run is a recorded run of the release's inference.
type run struct {
	Client, Method, Tag string
	File                string `json:"output_file"`
	Output              json.RawMessage
	Exchanges           []struct {
		Type     string
		Request  struct{ Body struct{ Prompt string } }
		Response struct{ Status int }
	}
}

// runs are those of the golden data that left an output, read once.
var runs []run

func recordedRuns(t *testing.T) []run {
	t.Helper()
	if runs != nil {
		return runs
	}
	paths, _ := filepath.Glob(filepath.Join(golden.Kind(t, "toolbench"), "inference", "*.jsonl.gz"))
	for _, p := range paths {
		for _, line := range golden.Lines(t, p) {
			var r run
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			if r.Tag == "" && r.Output != nil {
				runs = append(runs, r)
			}
		}
	}
	return runs
}

// recorded writes the raw outputs of a recorded client and method into a folder.
func recorded(t *testing.T, client, method string) string {
	t.Helper()
	dir := t.TempDir()
	n := 0
	for _, r := range recordedRuns(t) {
		if r.Client == client && r.Method == method {
			if err := os.WriteFile(filepath.Join(dir, r.File), r.Output, 0o600); err != nil {
				t.Fatal(err)
			}
			n++
		}
	}
	if n == 0 {
		t.Skipf("no recorded runs of %s with %s", client, method)
	}
	return dir
}

// judged makes annotations of all trajectories of a source: three repeats with
// scores that depend on task and step only.
func judged(t *testing.T, s *Source) *Annotations {
	t.Helper()
	var list []steptool.Annotation
	for u, err := range s.Each() {
		if err != nil {
			t.Fatal(err)
		}
		if len(u.Turns) == 0 {
			continue
		}
		var steps []string
		for k, turn := range u.Turns {
			c := answers.Converted{Answer: answers.Answer{Details: []*answers.Node{{Role: "tool", Message: answers.ToolMessage{Name: turn.Name, Arguments: turn.Arguments, Response: turn.Observation}}}}}
			text, final, _ := c.Steps()
			if k < len(u.Turns)-1 {
				steps = append(steps, text[0])
				continue
			}
			a := steptool.Annotation{ID: u.ID, Query: u.Query, Steps: steps, FinalStep: final}
			for r := range 3 {
				j := steptool.Judgement{Repeat: r, Status: []steptool.SolvedStatus{steptool.Solved, steptool.Unsure, steptool.Unsolved}[(r+len(u.ID))%3]}
				for k := range steps {
					j.Succeeded = append(j.Succeeded, float64((r+k)%2))
					j.Contributions = append(j.Contributions, float64((3*r+k)%6))
				}
				a.Repeats = append(a.Repeats, j)
			}
			list = append(list, a)
		}
	}
	path := filepath.Join(t.TempDir(), "annotation.json")
	if err := steptool.SaveAnnotations(path, list); err != nil {
		t.Fatal(err)
	}
	return loadAnnotations(t, path)
}

// checkRow compares a row that was read back with its trajectory.
func checkRow(t *testing.T, name string, u *Trajectory, c chat.Conversation, row steptool.Row) {
	t.Helper()
	if c.User != u.Query || len(c.Turns) != len(u.Turns) || len(row.Rewards) != len(u.Turns) {
		t.Errorf("%s: task %s: query %q, %d turns, %d rewards, want %q, %d", name, u.ID, c.User, len(c.Turns), len(row.Rewards), u.Query, len(u.Turns))
		return
	}
	for k, turn := range u.Turns {
		if !strings.HasSuffix(c.Turns[k].Action, "\nAction Input: "+turn.Arguments) || k < len(u.Turns)-1 && c.Turns[k].Observation != turn.Observation {
			t.Errorf("%s: task %s: turn %d is %+v, want %+v", name, u.ID, k, c.Turns[k], turn)
		}
		if x := 30 * row.Rewards[k]; math.Abs(x-math.Round(x)) > 1e-9 || x < 0 || x > 30 {
			t.Errorf("%s: task %s: reward %d is %v, not a multiple of 1/30", name, u.ID, k, row.Rewards[k])
		}
	}
}

// Whatever is built from recorded runs reads back as the trajectories it was built
// from, in every layout.
func TestRowsRecorded(t *testing.T) {
	for _, from := range [][2]string{{"qwen2", "DFS_woFilter_w2"}, {"ToolLLaMA_vllm", "CoT@2"}} {
		source, err := Open(recorded(t, from[0], from[1]), answers.ConvertOptions{Method: from[1]})
		if err != nil {
			t.Fatal(err)
		}
		a := judged(t, source)
		for _, layout := range chat.Names() {
			for _, compat := range []bool{false, true} {
				o := Options{Layout: layout, Released: compat}
				var b bytes.Buffer
				report, err := WritePPO(&b, source.Each(), a, o)
				if compat && strings.HasSuffix(layout, "-react") {
					if err == nil || !strings.Contains(err.Error(), "the release trains on toolllama, qwen2 and llama3-1 only") {
						t.Errorf("%s, released: %v", layout, err)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				checkRows(t, source, a, o, report, &b)
			}
		}
	}
}

func checkRows(t *testing.T, source *Source, a *Annotations, o Options, report Report, text io.Reader) {
	t.Helper()
	rows, err := steptool.Read(o.Layout, text)
	if err != nil {
		t.Fatal(err)
	}
	l, err := chat.ByName(o.Layout)
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for u, err := range source.Each() {
		if err != nil {
			t.Fatal(err)
		}
		var out *LeftOut
		if _, err := Row(u, a, o); errors.As(err, &out) {
			continue
		}
		c, err := l.Parse(rows[i].Prompts, rows[i].Responses)
		if err != nil {
			t.Fatal(err)
		}
		checkRow(t, o.Layout, u, c, rows[i])
		if strings.HasSuffix(o.Layout, "-react") && !strings.HasPrefix(c.System, "You are AutoGPT") {
			t.Errorf("%s: system text %.60q", o.Layout, c.System)
		}
		i++
	}
	skipped := 0
	for _, s := range report.Skipped {
		skipped += s.Count
	}
	if i != len(rows) || report.Built != i || report.Built+skipped != report.Trajectories {
		t.Errorf("%s: %d rows, %s", o.Layout, len(rows), &report)
	}
}

// Every turn of a search that found an answer is imitated once, after what came
// before it.
func TestInstancesRecorded(t *testing.T) {
	source, err := Open(recorded(t, "llama3", "DFS_woFilter_w2"), answers.ConvertOptions{Method: "DFS_woFilter_w2"})
	if err != nil {
		t.Fatal(err)
	}
	for _, compat := range []bool{false, true} {
		var b bytes.Buffer
		report, err := WriteSFT(&b, source.Each(), Options{Released: compat})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for e, err := range ReadExamples("sft", &b) {
			if err != nil {
				t.Fatal(err)
			}
			u, err := source.Get(e.Task)
			if err != nil {
				t.Fatal(err)
			}
			if len(e.Instances) != len(u.Turns) {
				t.Errorf("task %s: %d instances for %d turns", e.Task, len(e.Instances), len(u.Turns))
				continue
			}
			for k, x := range e.Instances {
				last := x.Conversations[len(x.Conversations)-1].Value
				name := u.Turns[k].Called()
				if compat {
					name = u.Turns[k].Name
				}
				if want := turnText(u.Turns[k].Thought, name, u.Turns[k].Arguments); last != want {
					t.Errorf("task %s: instance %d imitates %q, want %q", e.Task, k, last, want)
				}
				if want := fmt.Sprintf("Step %d: %s", len(x.Conversations)-1, u.Query); x.ID != want {
					t.Errorf("task %s: id %q, want %q", e.Task, x.ID, want)
				}
				roles := []string{}
				for _, m := range x.Conversations {
					roles = append(roles, m.From)
				}
				if slices.Contains(roles, "tool") && !compat || slices.Contains(roles, "function") && compat {
					t.Errorf("task %s: roles %v", e.Task, roles)
				}
				n++
			}
		}
		if n == 0 || n != report.Built {
			t.Errorf("%d instances read, %s", n, &report)
		}
		t.Logf("released %v: %s", compat, &report)
	}
}

func samples(t *testing.T) []Sample {
	var out []Sample
	for _, client := range []string{"ToolLLaMA_vllm", "qwen2", "llama3"} {
		s, err := Open(recorded(t, client, "CoT@1"), answers.ConvertOptions{Method: "CoT@1"})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Sample{Source: s})
	}
	return out
}

// Rejection sampling keeps what solves its task, in the order of the samples, and
// the expert's examples behind.
func TestRFTRecorded(t *testing.T) {
	list := samples(t)
	var expertText bytes.Buffer
	w := NewExamplesWriter(&expertText)
	ids, err := list[0].Source.IDs()
	if err != nil {
		t.Fatal(err)
	}
	first := ids[0]
	own := []Message{{"system", "s"}, {"user", "u"}, {"assistant", "a"}}
	for _, task := range []string{first, "elsewhere"} {
		if err := w.Write(&Examples{Task: task, Instances: []Instance{{ID: "Step 2: u", Conversations: own}}}); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	path := filepath.Join(t.TempDir(), "expert.json")
	if err := os.WriteFile(path, expertText.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	expert, err := OpenExpert(path)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	report, err := WriteRFT(&b, list, expert, Options{})
	if err != nil {
		t.Fatal(err)
	}
	tasks := []string{}
	for e, err := range ReadExamples("rft", &b) {
		if err != nil {
			t.Fatal(err)
		}
		tasks = append(tasks, e.Task)
		want := 0
		for _, s := range list {
			u, err := s.Source.Get(e.Task)
			if err != nil {
				t.Fatal(err)
			}
			if u != nil && u.Finished() {
				want += len(u.Turns)
			}
		}
		n := len(e.Instances)
		if e.Task == first || e.Task == "elsewhere" {
			if !reflect.DeepEqual(e.Instances[n-1].Conversations, own) {
				t.Errorf("task %s: the last instance is not the expert's", e.Task)
			}
			n--
		}
		if n > want { // less where two samples are the same
			t.Errorf("task %s: %d instances, its solutions have %d turns", e.Task, n, want)
		}
	}
	if tasks[len(tasks)-1] != "elsewhere" {
		t.Errorf("tasks %v", tasks)
	}
	t.Log(&report)
}

// Every pair's chosen turn is of a solution, its rejected one of a failure, after
// the history of the former; in the default the two call differently.
func TestPairsRecorded(t *testing.T) {
	for _, compat := range []bool{false, true} {
		var b bytes.Buffer
		report, err := WriteDPO(&b, samples(t), Options{Released: compat})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for p, err := range ReadPairs("dpo", &b) {
			if err != nil {
				t.Fatal(err)
			}
			if p.Chosen == p.Rejected || !strings.HasSuffix(p.Prompt, "\nAssistant: ") || !strings.HasPrefix(p.Prompt, "System: \nSpecifically, you have access to the following APIs: ['") {
				t.Errorf("pair %+v", p)
			}
			_, chosen, _ := strings.Cut(p.Chosen, "\nAction: ")
			_, rejected, _ := strings.Cut(p.Rejected, "\nAction: ")
			if !compat && chosen == rejected {
				t.Errorf("the two turns make the same call: %+v", p)
			}
			n++
		}
		if n != report.Built {
			t.Errorf("%d pairs read, %s", n, &report)
		}
		t.Logf("released %v: %s", compat, &report)
	}
}

// Rows in a layout of inference hold the very prompts that the release's clients
// sent: the whole conversation before every turn, byte for byte.
func TestRowsAreInferencePrompts(t *testing.T) {
	for client, layout := range map[string]string{"qwen2": "qwen2-react", "llama3": "llama3-1-react"} {
		source, err := Open(recorded(t, client, "CoT@1"), answers.ConvertOptions{Method: "CoT@1"})
		if err != nil {
			t.Fatal(err)
		}
		a := judged(t, source)
		compared := 0
		for _, r := range recordedRuns(t) {
			if r.Client != client || r.Method != "CoT@1" {
				continue
			}
			id, _, _ := strings.Cut(r.File, "_")
			u, err := source.Get(id)
			if err != nil {
				t.Fatal(err)
			}
			row, err := Row(u, a, Options{Layout: layout})
			var out *LeftOut
			if errors.As(err, &out) { // no answer: the output has no system text
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			var sent []string
			for _, e := range r.Exchanges {
				if e.Type == "model" && e.Response.Status == 200 {
					sent = append(sent, e.Request.Body.Prompt)
				}
			}
			before := ""
			for k := range row.Prompts {
				before += row.Prompts[k]
				if !slices.Contains(sent, before) {
					t.Errorf("%s: task %s: turn %d was asked with another prompt", client, id, k)
					break
				}
				if u.Turns[k].Called() != u.Turns[k].Name { // stored under another name from here on
					break
				}
				before += row.Responses[k]
				compared++
			}
		}
		if compared == 0 {
			t.Errorf("%s: nothing compared", client)
		}
		t.Logf("%s: %d prompts", client, compared)
	}
}
