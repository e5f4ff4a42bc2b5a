package service

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/world"
	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

func text(t *testing.T, s service.Service, r service.Request) string {
	t.Helper()
	reply, err := s.Call(t.Context(), r)
	if err != nil || reply.Status != 200 || reply.ContentType != "application/json" {
		t.Fatalf("%+v: %+v, %v", r, reply, err)
	}
	return string(reply.Body)
}

// However a pipeline or a server spells an API, it is found.
func TestSpellings(t *testing.T) {
	s := New(world.New(1, world.Options{}), Options{})
	const want = `{"error": "", "response": {"neighbour": "Marvorvas"}}`
	for _, r := range []service.Request{
		{Category: "Countries", Tool: "global_hub", API: "get_country_neighbour"},
		{Category: "Countries", Tool: "Global Hub", API: "get_country_neighbour"},
		{Category: "Countries", Tool: "global_hub_for_Countries", API: "get_country_neighbour_for_global_hub"},
		{Category: "", Tool: "Global Hub", API: "get_country_neighbour_for_Global Hub"},
	} {
		r.Input = `{"name": "Pelburzor"}`
		if got := text(t, s, r); got != want {
			t.Errorf("%+v: %s", r, got)
		}
	}
	for _, r := range []service.Request{
		{Category: "Film", Tool: "global_hub", API: "get_country_neighbour"},
		{Category: "Countries", Tool: "global_hub", API: ""},
		{},
		{Category: "../..", Tool: "\x00", API: strings.Repeat("a", 1000)},
	} {
		if got := text(t, s, r); !strings.HasPrefix(got, `{"error": "No such function name: `) || len(got) > 150 {
			t.Errorf("%+v: %s", r, got)
		}
	}
	for input, want := range map[string]string{
		"":                      `{"error": "missing argument 'name'", "response": ""}`,
		"{":                     `{"error": "invalid arguments", "response": ""}`,
		"[]":                    `{"error": "invalid arguments", "response": ""}`,
		"null":                  `{"error": "invalid arguments", "response": ""}`,
		`{"name": "x"} {}`:      `{"error": "invalid arguments", "response": ""}`,
		`{"name": 1e999}`:       `{"error": "invalid arguments", "response": ""}`,
		`{"name": 5}`:           `{"error": "argument 'name' must be string", "response": ""}`,
		`{"name": "x", "y": 1}`: `{"error": "unexpected argument 'y'", "response": ""}`,
		`{"name": "nobody"}`:    `{"error": "country not found", "response": ""}`,
	} {
		if got := text(t, s, service.Request{Category: "Countries", Tool: "global_hub", API: "get_country_neighbour", Input: input}); got != want {
			t.Errorf("%s: %s, want %s", input, got, want)
		}
	}
}

// Names of categories are spelt in files as in the catalogue.
func TestCategoriesKeepTheirNames(t *testing.T) {
	for _, c := range catalog.All(false) {
		if toolbench.StandardizeCategory(c.Name) != c.Name {
			t.Errorf("%s is written %s", c.Name, toolbench.StandardizeCategory(c.Name))
		}
	}
}

// flaky is a request whose answer depends on the task and on how often it was
// made.
func flaky(n int) service.Request {
	return service.Request{Category: "Business", Tool: "smart_base", API: "get_company_headquarters_beta", Input: `{"code": ` + []string{"1000", "2000", "3000", "4000"}[n] + `}`}
}

func TestFlakyCalls(t *testing.T) {
	s := New(world.New(1, world.Options{}), Options{})
	// Without a task: the same every time.
	for n := range 4 {
		first := text(t, s, flaky(n))
		for range 5 {
			if got := text(t, s, flaky(n)); got != first {
				t.Fatalf("an answer changed from %s to %s", first, got)
			}
		}
	}
	// With one: by branch, and again from the beginning after Begin.
	series := func(task, branch string) string {
		var b strings.Builder
		for i := range 40 {
			r := flaky(i % 4)
			r.Task, r.Branch = task, branch
			b.WriteString(text(t, s, r))
		}
		return b.String()
	}
	a := series("588", "0")
	if b := series("588", "1"); a != b {
		t.Error("siblings are answered differently")
	}
	if b := series("588", "0"); a == b {
		t.Error("repeats change nothing")
	}
	s.Begin("588")
	if b := series("588", "0"); a != b {
		t.Error("a task that begins again is answered differently")
	}
	if !strings.Contains(a, "Timeout error...") || !strings.Contains(a, "not found") {
		t.Errorf("nothing is flaky: %s", a)
	}
}

func TestPools(t *testing.T) {
	w := world.New(1, world.Options{})
	// An entity of training: the first word in quotes of a training task whose first
	// call is answered by name.
	for i := range 50 {
		e := w.TrainTask(i)
		q := strings.Split(e.Task().Query, `"`)
		r := service.Request{Category: "Countries", Tool: "global_hub", API: "get_country_neighbour", Input: `{"name": "` + q[1] + `"}`}
		if strings.Contains(text(t, New(w, Options{Training: true}), r), "not found") {
			continue
		}
		if got := text(t, New(w, Options{}), r); !strings.Contains(got, "not found") {
			t.Errorf("a record of training in evaluation: %s", got)
		}
		return
	}
	t.Error("no training task about a country")
}

func TestConcurrentCalls(t *testing.T) {
	s := New(world.New(1, world.Options{Quick: true, Tasks: 3}), Options{})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for _, id := range []string{"I1-inst-0", "train-3", "I2-5", "hard-x", "I1-inst--1", "I1-inst-01", "x"} {
				if _, err := s.Call(context.Background(), service.Request{Task: id, Branch: "0", Tool: "Smart Base", API: "find_company", Input: `{"name": "x"}`}); err != nil {
					t.Error(i, err)
				}
			}
		})
	}
	wg.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Call(ctx, service.Request{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
