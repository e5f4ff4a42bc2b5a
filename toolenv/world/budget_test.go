package world_test

import (
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// The bound is met by some task and by no longer one.
func TestLongestPlan(t *testing.T) {
	for _, quick := range []bool{false, true} {
		w := world.New(1, world.Options{Quick: quick})
		var envs []*world.Env
		for i := range 3000 {
			envs = append(envs, w.TrainTask(i))
		}
		for _, name := range world.Sets {
			envs = append(envs, w.Set(name)...)
		}
		longest := 0
		for _, e := range envs {
			longest = max(longest, len(e.Task().Plan))
		}
		if want := world.LongestPlan(quick); longest != want {
			t.Errorf("quick %v: the longest of %d plans has %d calls, the bound is %d", quick, len(envs), longest, want)
		}
	}
}

// The budget of a world is that of its tasks, its demonstrations and the guard's
// evidence, and changes nothing else of a task.
func TestBudget(t *testing.T) {
	usual, tight := world.New(1, world.Options{Quick: true}), world.New(1, world.Options{Quick: true, Calls: 6})
	for i := range 50 {
		a, b := usual.TrainTask(i).Task(), tight.TrainTask(i).Task()
		if a.MaxCalls != 7 || b.MaxCalls != 6 || a.Query != b.Query || !slices.Equal(a.Names(), b.Names()) {
			t.Errorf("task %d: %q with %d calls, %q with %d", i, a.Query, a.MaxCalls, b.Query, b.MaxCalls)
		}
	}
	_, repeating, demonstrations := tight.Evidence(300)
	longest := func(list []*toolenv.Trajectory) int {
		n := 0
		for _, d := range list {
			n = max(n, len(d.Turns))
		}
		return n
	}
	if r, d := longest(repeating), longest(demonstrations); r != 6 || d != 6 {
		t.Errorf("%d calls of the adversary and %d of the demonstrator, the budget is 6", r, d)
	}
	if e := tight.Set("seen")[0]; e.Task().MaxCalls != 6 {
		t.Errorf("an evaluation task has %d calls", e.Task().MaxCalls)
	}
	defer func() {
		if recover() == nil {
			t.Error("a budget that is too small is accepted")
		}
	}()
	world.New(1, world.Options{Calls: 6})
}
