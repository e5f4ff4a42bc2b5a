package service

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// overWire leaves out what a tool server does not get.
func overWire(s service.Service) service.Service {
	return service.Func(func(ctx context.Context, r service.Request) (service.Reply, error) {
		r.Task, r.Branch, r.Function = "", "", ""
		return s.Call(ctx, r)
	})
}

func rollout(t *testing.T, p toolenv.Policy, envs []*world.Env) []*toolenv.Trajectory {
	t.Helper()
	list, err := toolenv.Rollout(t.Context(), p, world.Envs(envs, 1))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// exported is a world written to files and read again.
type exported struct {
	tasks map[string]*toolbench.Task // by id
	ids   map[string][]string        // by set
	x     world.Exported
}

func export(t *testing.T, w *world.World, o world.ExportOptions) exported {
	t.Helper()
	dir := t.TempDir()
	x, err := w.Export(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	queries, err := toolbench.LoadQueries(filepath.Join(dir, "test_instruction"))
	if err != nil {
		t.Fatal(err)
	}
	tools, err := toolbench.OpenFolder(filepath.Join(dir, "tools"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tools.Close() })
	e := exported{tasks: map[string]*toolbench.Task{}, ids: map[string][]string{}, x: x}
	for i := range queries {
		q := &queries[i]
		if ok, missing := tools.Accepts(q); !ok {
			t.Fatalf("%s: no %s", q.ID, missing)
		}
		task := toolbench.NewTask(q, tools, toolbench.Options{})
		if len(task.Missing) > 0 {
			t.Fatalf("%s: %q", q.ID, task.Missing)
		}
		e.tasks[q.ID] = task
	}
	for set := range x.Queries {
		if e.ids[set], err = toolbench.LoadIDs(filepath.Join(dir, "test_query_ids", set+".json")); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

// sizes runs a test for both worlds.
func sizes(t *testing.T, n int, f func(t *testing.T, w *world.World)) {
	for _, quick := range []bool{true, false} {
		t.Run(fmt.Sprintf("quick=%v", quick), func(t *testing.T) { f(t, world.New(1, world.Options{Quick: quick, Tasks: n})) })
	}
}

// sets are the evaluation sets and some training tasks, as they are played here.
func sets(w *world.World, n int) map[string][]*world.Env {
	m := map[string][]*world.Env{}
	for _, name := range world.Sets {
		m[name] = w.Set(name)
	}
	for i := range n {
		m["train"] = append(m["train"], w.TrainTask(i))
	}
	return m
}

func TestExportedTasksAreTheTasks(t *testing.T) {
	const n = 10
	sizes(t, n, func(t *testing.T, w *world.World) {
		e := export(t, w, world.ExportOptions{Sets: append(slices.Clone(world.Sets), "train")})
		for set, envs := range sets(w, n) {
			var ids []string
			for _, env := range envs {
				task, got := env.Task(), e.tasks[env.Task().ID]
				ids = append(ids, task.ID)
				if got == nil || got.Query.Subset != set || got.Query.Text != task.Query || got.Query.Answer != task.Answer {
					t.Fatalf("%s: %+v", task.ID, got)
				}
				if diff := cmp.Diff(append(task.Names(), "Finish"), got.Names); diff != "" {
					t.Errorf("%s: functions:\n%s", task.ID, diff)
				}
				if diff := cmp.Diff(task.Relevant, got.Relevant); diff != "" {
					t.Errorf("%s: relevant functions:\n%s", task.ID, diff)
				}
			}
			if diff := cmp.Diff(ids, e.ids[set]); diff != "" {
				t.Errorf("%s: ids:\n%s", set, diff)
			}
		}
	})
}

// TestOracleSolvesExportedTasks plays every task by its plan, in process and as
// over a wire: answers are those of the world's own episodes.
func TestOracleSolvesExportedTasks(t *testing.T) {
	n := 0 // as many as the sets have
	if testing.Short() {
		n = 10
	}
	sizes(t, n, func(t *testing.T, w *world.World) {
		e := export(t, w, world.ExportOptions{Sets: append(slices.Clone(world.Sets), "train"), Train: 20})
		here := New(w, Options{})
		for set, envs := range sets(w, 20) {
			for _, own := range rollout(t, world.Oracle(envs), envs) {
				if !own.Solved {
					t.Fatalf("%s: the oracle fails", own.Task.ID)
				}
				services := map[string]service.Service{"in process": here, "over a wire": overWire(here)}
				if set == "train" {
					delete(services, "over a wire") // invented names say nothing without the task
				}
				for name, s := range services {
					env := toolbench.NewEnv(e.tasks[own.Task.ID], s, toolbench.Options{})
					facts := map[string]bool{}
					for _, turn := range own.Turns {
						r := env.Step(t.Context(), "0", turn.Call.Name, string(turn.Call.Args))
						if r.Observation != turn.Observation || r.SchemaError != "" {
							t.Fatalf("%s, %s: %s answers\n%s (%s)\nthe world\n%s", own.Task.ID, name, turn.Action, r.Observation, r.SchemaError, turn.Observation)
						}
						if r.Final != "" && !own.Task.Solves(r.Final) {
							t.Errorf("%s: final answer %q", own.Task.ID, r.Final)
						}
						a := world.Ask{Task: own.Task.ID, Function: turn.Call.Name, Args: string(turn.Call.Args)}
						facts[here.desk.Answer(a).Fact] = true
					}
					for _, m := range own.Task.Plan {
						if !facts[m.Fact] {
							t.Errorf("%s, %s: the fact %s did not come to light", own.Task.ID, name, m.Fact)
						}
					}
				}
			}
		}
	})
}

// TestAnswersAreThoseOfTheEpisode plays badly: flaky APIs, repeats, wrong names
// and malformed arguments are answered as in the world's own episodes.
func TestAnswersAreThoseOfTheEpisode(t *testing.T) {
	const n = 10
	sizes(t, n, func(t *testing.T, w *world.World) {
		e := export(t, w, world.ExportOptions{Sets: append(slices.Clone(world.Sets), "train")})
		s := New(w, Options{})
		failed, turns := 0, 0
		for _, envs := range sets(w, n) {
			for name, p := range map[string]toolenv.Policy{
				"repeater": world.Repeater(envs), "random": world.Random(envs, 1), "demonstrator": w.Demonstrator(envs, 1),
			} {
				for _, own := range rollout(t, p, envs) {
					s.Begin(own.Task.ID)
					env := toolbench.NewEnv(e.tasks[own.Task.ID], s, toolbench.Options{})
					for _, turn := range own.Turns {
						if turn.Call == nil {
							continue
						}
						r := env.Step(t.Context(), "0", turn.Call.Name, string(turn.Call.Args))
						if r.Observation != turn.Observation {
							t.Fatalf("%s, %s: %s answers\n%s\nthe world\n%s", own.Task.ID, name, turn.Action, r.Observation, turn.Observation)
						}
						turns++
						if turn.Failed {
							failed++
						}
					}
				}
			}
		}
		if failed < turns/20 {
			t.Errorf("only %d of %d turns met an error: this tests too little", failed, turns)
		}
	})
}

func TestExportErrors(t *testing.T) {
	w := world.New(1, world.Options{Quick: true, Tasks: 1})
	if _, err := w.Export(t.TempDir(), world.ExportOptions{Sets: []string{"I4"}}); err == nil {
		t.Error("an unknown set is exported")
	}
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o666)
	if _, err := w.Export(file, world.ExportOptions{}); err == nil {
		t.Error("exports into a file")
	}
}
