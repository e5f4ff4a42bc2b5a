package metrics

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/stats"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// scored is a system with one answer per word: the verdicts of its repeats, S, U
// or N, after the number of calls.
func scored(subset string, words ...string) System {
	s := Subset{Name: subset}
	for i, w := range words {
		a := Answer{ID: fmt.Sprint(subset, i), Functions: []string{"f"}}
		for range int(w[0] - '0') {
			a.Calls = append(a.Calls, answers.Call{Name: "f", Arguments: "{}", Response: worked})
		}
		for _, v := range w[1:] {
			a.Verdicts = append(a.Verdicts, map[rune]steptool.SolvedStatus{'S': steptool.Solved, 'U': steptool.Unsure, 'N': steptool.Unsolved}[v])
		}
		s.Answers = append(s.Answers, a)
	}
	return System{Method: "m", Strategy: "cot", Subsets: []Subset{s}}
}

func compareAll(t *testing.T, a, b []System) map[string]Comparison {
	t.Helper()
	unknown := &Reference{Relevant: func(string) ([]string, bool) { return nil, false }}
	list, err := Compare(a, b, unknown, 0, stats.Options{Resamples: 500})
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]Comparison{}
	for _, c := range list {
		by[c.Group+" "+c.Metric] = c
	}
	return by
}

func TestCompare(t *testing.T) {
	a := scored("G1_tool", "1SS", "1NN", "1UU", "1NN", "1NN", "1SS")
	b := scored("G1_tool", "1SS", "1SS", "1SS", "5SS", "1UU")
	by := compareAll(t, []System{a}, []System{b})
	if len(by) != 2 {
		t.Errorf("%d comparisons: recall is not known, and there is one group", len(by))
	}
	c := by["I1 pass"]
	// The sixth task of a has no answer of b.
	if c.N != 5 || math.Abs(c.A-30) > 1e-9 || math.Abs(c.B-90) > 1e-9 || math.Abs(c.Difference-60) > 1e-9 {
		t.Errorf("%+v", c)
	}
	if *c.OnlyA != 0 || *c.OnlyB != 3 || *c.PMcNemar != .25 { // Unsure alone is not solved
		t.Errorf("solved by one only: %d and %d, p %g", *c.OnlyA, *c.OnlyB, *c.PMcNemar)
	}
	// Differences 1, ½, 1, ½ and 0: only all signs alike are as extreme.
	if c.PSignFlip != 2./16 || !c.Exact || c.PHolm != c.PSignFlip {
		t.Errorf("p %g, exact %v, adjusted %g", c.PSignFlip, c.Exact, c.PHolm)
	}
	if !(c.Low > 0 && c.Low < c.Difference && c.High > c.Difference) {
		t.Errorf("interval %g to %g around %g", c.Low, c.High, c.Difference)
	}
	// Capped at one call, the most of a, b loses the task that took it five.
	if c := by["I1 pass_capped"]; math.Abs(c.B-70) > 1e-9 || math.Abs(c.A-30) > 1e-9 {
		t.Errorf("capped: %+v", c)
	}
	back := compareAll(t, []System{b}, []System{a})["I1 pass"]
	if back.Difference != -c.Difference || back.PSignFlip != c.PSignFlip || *back.OnlyA != *c.OnlyB {
		t.Errorf("the other way round: %+v", back)
	}
	if same := compareAll(t, []System{a}, []System{a})["I1 pass"]; same.PSignFlip != 1 || same.PBootstrap != 1 || same.Low != 0 || same.High != 0 {
		t.Errorf("with itself: %+v", same)
	}
}

// Several runs of a system count by their mean, and widen the interval.
func TestCompareRuns(t *testing.T) {
	good, bad := scored("mine", "1S", "1S", "1S", "1S"), scored("mine", "1N", "1N", "1N", "1N")
	c := compareAll(t, []System{good, bad}, []System{bad})["mine pass"]
	if c.A != 50 || c.B != 0 || c.RunsA != 2 || c.RunsB != 1 || c.PMcNemar != nil {
		t.Errorf("%+v", c)
	}
	if c.Low != -100 || c.High != 0 {
		t.Errorf("interval %g to %g: either run may be drawn twice", c.Low, c.High)
	}
}

func TestCompareNothing(t *testing.T) {
	if _, err := Compare([]System{scored("G1_tool", "1S")}, []System{scored("G2_category", "1S")}, known, 0, stats.Options{}); err == nil {
		t.Error("no error for systems without a common task")
	}
}

func TestJoinSamples(t *testing.T) {
	a, b := scored("G1_tool", "1SS", "1NU", "1NN"), scored("G1_tool", "1NS", "1NN", "1NN")
	b.Subsets[0].Answers[0], b.Subsets[0].Answers[2] = b.Subsets[0].Answers[2], b.Subsets[0].Answers[0] // another order
	set, err := JoinSamples([]System{a, b})
	if err != nil {
		t.Fatal(err)
	}
	groups := set.Groups()
	if len(groups) != 2 || groups[0].Name != "I1" || groups[1].Name != "G1_tool" {
		t.Fatalf("%v", groups)
	}
	// pass@1 by repeat: (½+0+0)/3, (1+0+0)/3
	strata, std := groups[0].PassAtK(1, false)
	if got := stats.Mean(strata); math.Abs(got-.25) > 1e-12 || math.Abs(std-1./12) > 1e-12 {
		t.Errorf("pass@1 %g ± %g", got, std)
	}
	if got, _ := groups[0].PassAtK(1, true); math.Abs(stats.Mean(got)-(.5/3+1.25/3)/2) > 1e-12 {
		t.Errorf("with Unsure half: %g", stats.Mean(got))
	}
	if got, _ := groups[0].PassAtK(2, false); math.Abs(stats.Mean(got)-1./3) > 1e-12 {
		t.Errorf("pass@2: %g", stats.Mean(got))
	}
	for _, c := range []struct {
		other System
		want  string
	}{
		{scored("G1_tool", "1S"), "1 answers of G1_tool, the first has 3"},
		{scored("G1_category", "1S", "1S", "1S"), "answers G1_category, the first does not"},
		{System{}, "0 files, the first has 1"},
		{System{Subsets: []Subset{{Name: "G1_tool", Answers: []Answer{{ID: "other"}, {ID: "G1_tool1"}, {ID: "G1_tool2"}}}}}, "query other is not in the first"},
	} {
		if _, err := JoinSamples([]System{a, c.other}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
