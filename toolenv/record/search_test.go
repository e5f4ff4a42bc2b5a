package record_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/record"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/world"
	worldservice "github.com/stepgrain/stepgrain/toolenv/world/service"
)

// faulty is the world behind a bad line: what happens depends on the request and
// on how often it was made on its branch.
func faulty(w *world.World) service.Service {
	s := worldservice.New(w, worldservice.Options{})
	var seen service.Occurrences
	return service.Func(func(ctx context.Context, r service.Request) (service.Reply, error) {
		h := fnv.New32a()
		fmt.Fprint(h, r.Task, r.Branch, record.Hash(r), seen.Next(r.Task, r.Branch, record.Hash(r)))
		switch h.Sum32() % 8 {
		case 0:
			return service.Reply{}, &service.Error{Fault: service.Timeout, Request: r, Err: context.DeadlineExceeded}
		case 1:
			return service.Reply{}, &service.Error{Fault: service.Refused, Request: r, Err: errors.New("connection reset")}
		case 2:
			return service.Reply{Status: 500, Body: []byte("\xff\xfe")}, nil
		}
		return s.Call(ctx, r)
	})
}

// erratic calls anything, often twice in a turn, and sometimes ends; it looks at
// what the last answer was, so that another answer would be another trajectory.
var erratic = search.ModelFunc(func(_ context.Context, r *search.Request) (*search.Reply, error) {
	last := r.Messages[len(r.Messages)-1].Content
	draw := rng.New(1, r.Task, r.Branch, last)
	var reply search.Reply
	for i := range 1 + draw.IntN(3) {
		name, _ := r.Functions[draw.IntN(len(r.Functions))].Get("name")
		input := fmt.Sprintf(`{"name": "%s", "code": %d}`, r.Task, draw.IntN(2))
		switch {
		case name == "Finish" && draw.IntN(2) == 0:
			input = `{"return_type": "give_answer", "final_answer": "` + r.Branch + `"}`
		case name == "Finish":
			input = `{"return_type": "give_up_and_restart"}`
		}
		reply.Calls = append(reply.Calls, search.Call{ID: fmt.Sprint(i), Name: name.(string), Arguments: input})
	}
	return &reply, nil
})

// searched plays all tasks with both methods and returns the outputs by task.
func searched(t *testing.T, tasks []*toolbench.Task, s service.Service, threads int) map[string]string {
	t.Helper()
	out := map[string]string{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	work := make(chan *toolbench.Task)
	for range threads {
		wg.Go(func() {
			for task := range work {
				env := toolbench.NewEnv(task, s, toolbench.Options{})
				var raw *answers.Raw
				var err error
				if task.Query.Subset == "I2" {
					raw, err = search.CoT(t.Context(), task, env, erratic, search.CoTOptions{Attempts: 3})
				} else {
					raw, err = search.DFS(t.Context(), task, env, erratic, search.DFSOptions{Width: 3})
				}
				if err != nil {
					t.Errorf("%s: %v", task.Query.ID, err)
					continue
				}
				mu.Lock()
				out[task.Query.ID] = raw.Text()
				mu.Unlock()
			}
		})
	}
	for _, task := range tasks {
		work <- task
	}
	close(work)
	wg.Wait()
	return out
}

// TestSearchesReplay records searches with one and with four threads, over tools
// that fail, and plays them again without the tools.
func TestSearchesReplay(t *testing.T) {
	w := world.New(1, world.Options{Quick: true, Tasks: 8})
	dir := t.TempDir()
	if _, err := w.Export(dir, world.ExportOptions{Sets: []string{"I2", "hard"}}); err != nil {
		t.Fatal(err)
	}
	queries, err := toolbench.LoadQueries(filepath.Join(dir, "test_instruction"))
	if err != nil {
		t.Fatal(err)
	}
	var tasks []*toolbench.Task
	for i := range queries {
		tasks = append(tasks, toolbench.NewTask(&queries[i], nil, toolbench.Options{}))
	}
	var first map[string]string
	var bytes []map[string]string
	for _, threads := range []int{1, 4} {
		calls := filepath.Join(dir, fmt.Sprint("calls", threads))
		r, err := record.New(faulty(w), calls)
		if err != nil {
			t.Fatal(err)
		}
		run := searched(t, tasks, r, threads)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		replay, err := record.Open(calls)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(run, searched(t, tasks, replay, 5-threads)); diff != "" {
			t.Errorf("%d threads: the replay is another run:\n%s", threads, diff)
		}
		replay.Close()
		if first == nil {
			first = run
		} else if diff := cmp.Diff(first, run); diff != "" {
			t.Errorf("the run depends on the threads:\n%s", diff)
		}
		files := map[string]string{}
		for _, q := range queries {
			b, _ := os.ReadFile(filepath.Join(calls, q.ID+".jsonl"))
			files[q.ID] = string(b)
		}
		bytes = append(bytes, files)
	}
	if diff := cmp.Diff(bytes[0], bytes[1]); diff != "" {
		t.Errorf("the files depend on the threads:\n%s", diff)
	}

	// Without its record, a task is an error that names the call.
	empty := filepath.Join(dir, "calls1", tasks[0].Query.ID+".jsonl")
	if err := os.Remove(empty); err != nil {
		t.Fatal(err)
	}
	replay, err := record.Open(filepath.Dir(empty))
	if err != nil {
		t.Fatal(err)
	}
	defer replay.Close()
	_, err = search.DFS(t.Context(), tasks[0], toolbench.NewEnv(tasks[0], replay, toolbench.Options{}), erratic, search.DFSOptions{})
	if service.FaultOf(err) != service.Missing {
		t.Errorf("without a record: %v", err)
	}
}
