package batch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/batch"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

func queries(n int) []toolbench.Query {
	qs := make([]toolbench.Query, n)
	for i := range qs {
		qs[i] = toolbench.Query{ID: fmt.Sprint(100 + i), Subset: "G1", Text: fmt.Sprintf("Will it rain in city %d?", i), APIs: []toolbench.Entry{
			{API: toolenv.API{Category: "Data", Tool: "weather", Name: "forecast", Required: []toolenv.Parameter{{Name: "city", Type: "STRING"}}}},
		}}
	}
	return qs
}

// model calls, answers, gives up or writes nonsense, depending on seed, task, branch and
// sample; it takes its time, which depends on nothing.
func model(sample int) search.Model {
	return search.ModelFunc(func(ctx context.Context, r *search.Request) (*search.Reply, error) {
		time.Sleep(time.Duration(time.Now().UnixNano()%5) * 100 * time.Microsecond)
		if r.Task == "103" {
			panic("a defect")
		}
		rnd := rng.New(1, "model", r.Task, r.Branch, sample)
		text := "Action: forecast_for_weather\nAction Input: {\"city\": \"Oslo\"}"
		switch rnd.IntN(8) {
		case 0:
			text = "Action: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"yes\"}"
		case 1, 2, 3:
			text = "Action: Finish\nAction Input: {\"return_type\": \"give_up_and_restart\"}"
		case 4:
			text = "It rains."
		case 5:
			return nil, errors.New("no answer")
		}
		reply := search.ReadText(text, r, false)
		reply.CompletionTokens = len(text)
		return reply, nil
	})
}

func tools(ctx context.Context, r service.Request) (service.Reply, error) {
	if rng.New(1, "tool", r.Task, r.Branch).IntN(4) == 0 {
		return service.Reply{}, &service.Error{Fault: service.Refused, Request: r, Err: errors.New("no")}
	}
	return service.Reply{Status: 200, Body: []byte(`{"error": "", "response": "rain"}`)}, nil
}

func parts(sample int) (search.Model, service.Service, error) {
	return model(sample), service.Func(tools), nil
}

func method(t *testing.T, name string) search.Method {
	t.Helper()
	m, err := search.ParseMethod(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// files maps the files below a folder to their content.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if g, w := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(g, w) {
		t.Fatalf("%s: files %q, want %q", what, g, w)
	}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %s differs", what, name)
		}
	}
}

// The results are the same with one thread and with eight, at once or interrupted, in
// both forms.
func TestIndependentOfTiming(t *testing.T) {
	for _, released := range []bool{false, true} {
		qs := queries(14)
		o := batch.Options{Method: method(t, "DFS_woFilter_w2"), Samples: 2, Seed: 3, Parts: parts, Search: search.Options{Released: released, MaxStep: 9}}
		run := func(ctx context.Context, dir string, threads int) (*batch.Summary, error) {
			o := o
			o.Out, o.Threads = dir, threads
			return batch.Run(ctx, qs, o)
		}
		one, eight, parts := t.TempDir(), t.TempDir(), t.TempDir()
		s, err := run(context.Background(), one, 1)
		if err != nil {
			t.Fatal(err)
		}
		if s.Jobs != 28 || s.Finished != 26 || s.Failures[batch.KindInternal] != 2 || s.GaveUp < 3 || s.Answered < 3 || s.Faults["model"] == 0 {
			t.Errorf("released %v: %+v", released, s)
		}
		if _, err := run(context.Background(), eight, 8); err != nil {
			t.Fatal(err)
		}
		want := files(t, one)
		same(t, fmt.Sprintf("released %v, 8 threads", released), files(t, eight), want)
		if released {
			continue // what is run later draws later, as in the release
		}
		for i := 0; ; i++ {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(10+10*i)*time.Millisecond)
			s, err := run(ctx, parts, 4)
			cancel()
			if err == nil {
				break
			}
			if !errors.Is(err, context.DeadlineExceeded) || s.Open == 0 || i > 1000 {
				t.Fatalf("interrupted: %+v, %v", s, err)
			}
		}
		same(t, "interrupted", files(t, parts), want)
	}
}

func TestResume(t *testing.T) {
	qs, dir := queries(6), t.TempDir()
	var asked atomic.Int64
	o := batch.Options{Out: dir, Method: method(t, "CoT@1"), Threads: 2, Parts: func(int) (search.Model, service.Service, error) {
		m := search.ModelFunc(func(ctx context.Context, r *search.Request) (*search.Reply, error) {
			asked.Add(1)
			return search.ReadText("Action: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"yes\"}", r, false), nil
		})
		return m, service.Func(tools), nil
	}}
	if s, err := batch.Run(context.Background(), qs, o); err != nil || s.Answered != 6 {
		t.Fatalf("%+v, %v", s, err)
	}
	want := files(t, dir)
	torn := filepath.Join(dir, "102_CoT@1.json")
	if err := os.WriteFile(torn, []byte(want["102_CoT@1.json"][:100]), 0o644); err != nil {
		t.Fatal(err)
	}
	asked.Store(0)
	existing := 0
	o.Progress = func(_ batch.Job, was bool, err error) {
		if was {
			existing++
		}
	}
	if _, err := batch.Run(context.Background(), qs, o); err != nil || asked.Load() != 1 || existing != 5 {
		t.Errorf("%d requests, %d outputs taken over, %v", asked.Load(), existing, err)
	}
	same(t, "a torn file", files(t, dir), want)
	asked.Store(0)
	o.Overwrite = true
	if _, err := batch.Run(context.Background(), qs, o); err != nil || asked.Load() != 6 {
		t.Errorf("overwriting: %d requests, %v", asked.Load(), err)
	}
	o.Overwrite = false
	o.Search.MaxStep = 9
	if _, err := batch.Run(context.Background(), qs, o); err == nil || !strings.Contains(err.Error(), "use another folder, or overwrite") {
		t.Errorf("other arguments: %v", err)
	}
	o.Search.MaxStep, o.Search.Budget.Calls = 0, 3
	if _, err := batch.Run(context.Background(), qs, o); err == nil || !strings.Contains(err.Error(), "budget") {
		t.Errorf("another budget: %v", err)
	}
}

func TestFoldersAndFailures(t *testing.T) {
	dir, qs := t.TempDir(), queries(3)
	qs[1].Subset, qs[1].ID = "G2", "100"
	o := batch.Options{Out: dir, Method: method(t, "CoT@2"), Samples: 2, Parts: func(sample int) (search.Model, service.Service, error) {
		m := search.ModelFunc(func(_ context.Context, r *search.Request) (*search.Reply, error) {
			return search.ReadText("Action: forecast_for_weather\nAction Input: {\"city\": \"Oslo\"}", r, false), nil
		})
		return m, service.Func(func(_ context.Context, r service.Request) (service.Reply, error) {
			if r.Task == "102" && sample == 1 {
				return service.Reply{}, &service.Error{Fault: service.Missing, Request: r, Err: errors.New("no record")}
			}
			return tools(context.Background(), r)
		}), nil
	}}
	s, err := batch.Run(context.Background(), qs, o)
	if err != nil || s.Failed != 1 || s.Failures[batch.KindMissing] != 1 || s.NoAnswer != 5 || s.Codes["12"] == 0 || s.Faults["refused"] != s.Codes["12"] {
		t.Errorf("%+v, %v", s, err)
	}
	got := files(t, dir)
	for _, name := range []string{"sample-0/G1/100_CoT@2.json", "sample-1/G2/100_CoT@2.json", "sample-0/G1/102_CoT@2.json", "summary.json"} {
		if got[name] == "" {
			t.Errorf("no file %s", name)
		}
	}
	want := `{"task":"102","subset":"G1","sample":1,"kind":"missing","error":"tool call forecast_for_weather (task 102, branch 0): missing: no record"}` + "\n"
	if got["failures.jsonl"] != want {
		t.Errorf("failures %s", got["failures.jsonl"])
	}
	qs[1].Subset = "G1"
	if _, err := batch.Run(context.Background(), qs, o); err == nil || !strings.Contains(err.Error(), "task 100 twice") {
		t.Errorf("the same task twice: %v", err)
	}
	for _, id := range []string{"", "..", "a/b", `a\b`, "a\x00", strings.Repeat("x", 300)} {
		qs[1].ID = id
		if _, err := batch.Run(context.Background(), qs, o); err == nil {
			t.Errorf("the id %q is taken", id)
		}
	}
}

// In the released form a crash of the release is the failure of its task alone.
func TestReleasedCrash(t *testing.T) {
	dir := t.TempDir()
	o := batch.Options{Out: dir, Method: method(t, "CoT@1"), Search: search.Options{Released: true}, Env: toolbench.Options{Released: true},
		Parts: func(int) (search.Model, service.Service, error) {
			m := search.ModelFunc(func(_ context.Context, r *search.Request) (*search.Reply, error) {
				text := "Thought: x\nAction: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"yes\"}"
				if r.Task == "101" {
					text = "Thought: x\nAction: Finish\nAction Input: []"
				}
				return search.ReadText(text, r, true), nil
			})
			return m, service.Func(tools), nil
		}}
	s, err := batch.Run(context.Background(), queries(3), o)
	if err != nil || s.Finished != 2 || s.Failures[batch.KindCrash] != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	r, err := answers.ReadRaw(filepath.Join(dir, "100_CoT@1.json"))
	if err != nil || r.Own != nil || bytes.Contains([]byte(r.Text()), []byte("stepgrain")) {
		t.Errorf("the output has an account of its own: %v", err)
	}
}

type downError string

func (e downError) Error() string   { return string(e) }
func (downError) Unavailable() bool { return true }

// A model that cannot be reached leaves no output, also in the middle of a search,
// so that a later run asks again. One that cannot answer leaves one.
func TestModelThatIsDownIsAskedAgain(t *testing.T) {
	for _, name := range []string{"CoT@2", "DFS_woFilter_w2"} {
		dir, up := t.TempDir(), false
		o := batch.Options{Out: dir, Method: method(t, name), Parts: func(int) (search.Model, service.Service, error) {
			return search.ModelFunc(func(_ context.Context, r *search.Request) (*search.Reply, error) {
				switch {
				case !up && r.Task == "101" && len(r.Messages) > 2:
					return nil, fmt.Errorf("turn: %w", downError("connection refused"))
				case r.Task == "101" && len(r.Messages) == 2:
					return search.ReadText("Action: nothing_for_nobody\nAction Input: {}", r, false), nil
				case r.Task == "102":
					return nil, errors.New("the prompt is too long")
				}
				return search.ReadText("Action: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"x\"}", r, false), nil
			}), service.Func(tools), nil
		}}
		s, err := batch.Run(context.Background(), queries(3), o)
		if err != nil || s.Finished != 2 || s.Failures[batch.KindModel] != 1 {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
		if f := files(t, dir); len(f) != 4 || !strings.Contains(f["failures.jsonl"], `"kind":"model","error":"turn: connection refused"`) {
			t.Errorf("%s: failures %s", name, f["failures.jsonl"])
		}
		up = true
		if s, err = batch.Run(context.Background(), queries(3), o); err != nil || s.Answered != 2 || s.NoAnswer != 1 || s.Failed != 0 {
			t.Errorf("%s, again: %+v, %v", name, s, err)
		}
	}
}
