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
	for _, want := range []string{"reward busy", "not run", "solved 2.00, unsolved 4.00", "AUC 0.00", "tripped"} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("report lacks %q:\n%s", want, r)
		}
	}
}
