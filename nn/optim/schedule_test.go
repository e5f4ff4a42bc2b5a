package optim_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/nn/optim"
)

func ExampleWarmupCosine() {
	s := optim.WarmupCosine{Peak: 1, WarmupSteps: 2, TotalSteps: 6, FinalFraction: 0.1}
	for step := range 8 {
		fmt.Printf("%.3f ", s.LR(step))
	}
	// Output: 0.500 1.000 0.868 0.550 0.232 0.100 0.100 0.100
}

func TestSchedulesMeetTheirEnds(t *testing.T) {
	const peak, floor = 3e-4, 0.1
	for _, c := range []struct {
		name string
		s    optim.Schedule
		last float64
	}{
		{"constant", optim.Constant{Rate: peak, Warmup: 10}, peak},
		{"linear", optim.Linear{Peak: peak, WarmupSteps: 10, TotalSteps: 100, FinalFraction: floor}, peak * floor},
		{"cosine", optim.WarmupCosine{Peak: peak, WarmupSteps: 10, TotalSteps: 100, FinalFraction: floor}, peak * floor},
		{"linear, no warm-up", optim.Linear{Peak: peak, TotalSteps: 100}, 0},
		{"cosine, no warm-up", optim.WarmupCosine{Peak: peak, TotalSteps: 100}, 0},
	} {
		warm := c.s.LR(0) < peak
		if warm && math.Abs(c.s.LR(0)-peak/10) > 1e-18 {
			t.Errorf("%s: first rate %g, want a tenth of the peak", c.name, c.s.LR(0))
		}
		top := 0
		if warm {
			top = 9
		}
		if got := c.s.LR(top); math.Abs(got-peak) > 1e-18 {
			t.Errorf("%s: rate %g at step %d, want the peak %g", c.name, got, top, peak)
		}
		for step := top; step < 120; step++ {
			if c.s.LR(step+1) > c.s.LR(step) {
				t.Errorf("%s: rises from step %d", c.name, step)
			}
		}
		for _, step := range []int{99, 100, 5000} {
			if got := c.s.LR(step); math.Abs(got-c.last) > 1e-18 {
				t.Errorf("%s: rate %g at step %d, want %g", c.name, got, step, c.last)
			}
		}
	}
	if got := (optim.Linear{Peak: 1, TotalSteps: 101}).LR(50); got != 0.5 {
		t.Errorf("linear halfway: %g", got)
	}
	if got := (optim.WarmupCosine{Peak: 1, TotalSteps: 1}).LR(0); got != 1 {
		t.Errorf("a schedule of one step: %g", got)
	}
}
