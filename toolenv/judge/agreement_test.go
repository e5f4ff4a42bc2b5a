package judge

import (
	"context"
	"fmt"
	"math"
	"testing"
)

func ExampleAgreement() {
	pairs := []Labelled{
		{ID: "1", Labels: map[string]int{"anna": 0, "ben": 0, "cleo": 1}, Evaluators: map[string][]int{"model": {0, 0, 1, 1}}},
		{ID: "2", Labels: map[string]int{"anna": 1, "ben": 1}, Evaluators: map[string][]int{"model": {1, 1, 1, 1}}},
	}
	for _, a := range Agreement(pairs) {
		fmt.Printf("%-5s agreement %.2f, bias %.2f, variance %.3f\n", a.Name, a.Agreement, a.Bias, a.Variance)
	}
	// Output:
	// model agreement 0.75, bias 0.25, variance 0.125
	// anna  agreement 0.75, bias 0.25, variance 0.000
	// ben   agreement 0.75, bias 0.25, variance 0.000
	// cleo  agreement 0.00, bias 1.00, variance 0.000
}

func TestFits(t *testing.T) {
	for _, tt := range []struct {
		a, b []int
		want float64
	}{{[]int{0}, []int{0, 0, 1}, 1}, {[]int{1}, []int{0, 0, 1}, 0}, {[]int{1}, []int{0, 1}, .5}, {[]int{0, 1}, []int{0, 1}, .5}, {[]int{0, 1}, []int{2}, 0}, {[]int{0, 1, 1}, []int{1, 2}, .5}} {
		if got := fits(tt.a, tt.b); got != tt.want {
			t.Errorf("fits(%v, %v) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
	if low, high := wilson(.5, 10); math.Abs(low-.2365931) > 1e-6 || math.Abs(high-.7634069) > 1e-6 {
		t.Errorf("interval %v %v", low, high)
	}
}

func TestSolvable(t *testing.T) {
	j, f := newFake(func(_, prompt string, n int) string {
		return []string{`{"task_status": "Solvable"}`, `{"task_status": "Solvable", "reason": "r"}`, `{"task_status": "Solvable", "reason": "r"}`, `{"task_status": "Unsolvable", "reason": "s"}`}[n]
	})
	got, err := j.Solvable(context.Background(), []Question{{ID: "1", Query: "q"}}, SolvableOptions{})
	if err != nil || got[0].Majority() != Solvable || len(got[0].Verdicts) != 3 || len(f.log) != 4 {
		t.Errorf("%+v, %v, %d questions", got, err, len(f.log))
	}
	j, _ = newFake(func(string, string, int) string { return "!" })
	got, err = j.Solvable(context.Background(), []Question{{ID: "1", Query: "q"}}, SolvableOptions{Repeats: 2, Threads: 2})
	if err != nil || got[0].Majority() != "" || len(got[0].Failures) != 2 || got[0].Failures[1].Repeat != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
