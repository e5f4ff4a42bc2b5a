package service

import (
	"net/http/httptest"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/virtual"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// TestServedWorld plays exported tasks against a tool server that is the world.
func TestServedWorld(t *testing.T) {
	const n = 5
	w := world.New(1, world.Options{Tasks: n})
	e := export(t, w, world.ExportOptions{})
	ts := httptest.NewServer(virtual.Serve(New(w, Options{}), virtual.Limits{}))
	defer ts.Close()
	client, err := virtual.NewClient(ts.URL+"/virtual", virtual.ClientOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range world.Sets {
		envs := w.Set(set)
		for _, own := range rollout(t, world.Oracle(envs), envs) {
			env := toolbench.NewEnv(e.tasks[own.Task.ID], client, toolbench.Options{})
			var last toolbench.Result
			for _, turn := range own.Turns {
				last = env.Step(t.Context(), "0", turn.Call.Name, string(turn.Call.Args))
				if last.Observation != turn.Observation {
					t.Fatalf("%s: %s answers\n%s\nthe world\n%s", own.Task.ID, turn.Action, last.Observation, turn.Observation)
				}
			}
			if !own.Task.Solves(last.Final) {
				t.Errorf("%s: final answer %q", own.Task.ID, last.Final)
			}
		}
	}
}
