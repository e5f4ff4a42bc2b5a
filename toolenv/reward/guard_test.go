package reward_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/reward"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// The guard's two tests on the embedded worlds: StepTool's shape is caught by
// each of them alone, graph and final pass both.
func TestGuard(t *testing.T) {
	for _, quick := range []bool{false, true} {
		shortest, repeating, demonstrations := world.New(1, world.Options{Quick: quick}).Evidence(500)
		for _, c := range []struct {
			shaper string
			ok     bool
		}{{"graph", true}, {"final", true}, {"steptool", false}} {
			s, err := reward.ByName(c.shaper, reward.DefaultOptions())
			if err != nil {
				t.Fatal(err)
			}
			r := reward.Guard(s, reward.Evidence{Shortest: shortest, Repeating: repeating, Demonstrations: demonstrations})
			t.Log(r)
			adversary := reward.Guard(s, reward.Evidence{Shortest: shortest, Repeating: repeating})
			statistics := reward.Guard(s, reward.Evidence{Demonstrations: demonstrations})
			if r.OK() != c.ok || adversary.OK() != c.ok || statistics.OK() != c.ok {
				t.Errorf("quick %v, %s: passes %v, the first test alone %v, the second alone %v; want %v", quick, c.shaper, r.OK(), adversary.OK(), statistics.OK(), c.ok)
			}
		}
	}
}

// Whatever is done, graph pays at most 1 for an episode that does not end with
// the right answer, and never more than 2.
func TestGraphIsBounded(t *testing.T) {
	w := world.New(1, world.Options{})
	g := reward.Graph{FailCost: .1}
	for i := range 1000 {
		d := w.Demo(i)
		g.Shape(d.Trajectory)
		progress := 0.0
		for _, turn := range d.Turns {
			for _, c := range turn.Rewards {
				if c.Name == reward.Contribution {
					progress += c.Value
				}
			}
		}
		if progress > 1+1e-9 || d.Return() > 2+1e-9 || (!d.Solved && d.Return() > 1+1e-9) {
			t.Errorf("demonstration %d: progress %g, return %g, solved %v", i, progress, d.Return(), d.Solved)
		}
	}
}

// A reward that pays for every call, caught before any training.
func ExampleGuard() {
	w := world.New(1, world.Options{})
	shortest, repeating, demonstrations := w.Evidence(200)
	evidence := reward.Evidence{Shortest: shortest, Repeating: repeating, Demonstrations: demonstrations}
	for _, s := range []reward.Shaper{reward.Graph{FailCost: .1}, busy{}} {
		r := reward.Guard(s, evidence)
		fmt.Printf("%s: passes %v, farmable in %d of %d tasks\n", r.Shaper, r.OK(), r.Farmable, r.Tasks)
	}
	// Output:
	// graph: passes true, farmable in 0 of 200 tasks
	// busy: passes false, farmable in 200 of 200 tasks
}

// busy pays 1 for every turn.
type busy struct{}

func (busy) Name() string { return "busy" }
func (busy) Shape(t *toolenv.Trajectory) {
	for i := range t.Turns {
		t.Turns[i].Rewards = []reward.Component{{Name: reward.SuccCalling, Value: 1, Source: "example"}}
	}
}

func TestReportText(t *testing.T) {
	r := reward.Guard(busy{}, reward.Evidence{Demonstrations: []*toolenv.Trajectory{
		{Turns: make([]toolenv.Turn, 2), Solved: true}, {Turns: make([]toolenv.Turn, 4)},
	}})
	for _, want := range []string{"reward busy", "not run", "solved 2.00, unsolved 4.00", "AUC 0.00", "tripped: on demonstrations the return grows", "tripped: on demonstrations the return does not separate"} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("report lacks %q:\n%s", want, r)
		}
	}
}

// honest pays 1 for a solved episode.
type honest struct{}

func (honest) Name() string { return "honest" }
func (honest) Shape(t *toolenv.Trajectory) {
	if t.Solved {
		t.Turns[0].Rewards = []reward.Component{{Name: reward.IsSolved, Value: 1, Source: "example"}}
	}
}

// Demonstrations that show nothing are no reason to pass: the second test needs
// both kinds, and says whether there are enough to be trusted.
func TestTooFewDemonstrations(t *testing.T) {
	for _, c := range []struct {
		solved, unsolved int
		judged           bool
		want             string // of the reasons to stop
	}{
		{reward.MinEach, reward.MinEach, true, ""},
		{500, reward.MinEach, true, ""},
		{reward.MinEach - 1, 500, false, ""},
		{500, 0, false, "500 solved and 0 unsolved demonstrations: without both kinds"},
		{0, 1, false, "0 solved and 1 unsolved demonstrations: without both kinds"},
		{0, 0, false, ""}, // left out, and the report says so
	} {
		var list []*toolenv.Trajectory
		for i := range c.solved + c.unsolved {
			list = append(list, &toolenv.Trajectory{Turns: make([]toolenv.Turn, 1+i%3), Solved: i < c.solved})
		}
		r := reward.Guard(honest{}, reward.Evidence{Demonstrations: list})
		why := strings.Join(r.Tripped, "; ")
		if r.OK() != (c.want == "") || !strings.HasPrefix(why, c.want) || r.Solved != c.solved || r.Judged() != c.judged {
			t.Errorf("%d solved, %d unsolved: judged %v, stopped by %q, want %q", c.solved, c.unsolved, r.Judged(), why, c.want)
		}
		if strings.Contains(r.String(), "test on demonstrations not run") != (len(list) == 0) {
			t.Errorf("%d demonstrations: %s", len(list), r)
		}
	}
}
