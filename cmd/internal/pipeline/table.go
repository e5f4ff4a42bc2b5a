package pipeline

import (
	"fmt"

	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
)

// table prints the outcome.
func (r *run) table(s *summary) {
	checks := fmt.Sprintf("First ratios: %d checked, %d not exactly 1. Time %s, peak memory %.0f MB.",
		s.RatioChecks, s.RatioViolations, minutes(s.Seconds), float64(s.PeakRSS)/1e6)
	if s.PassSFT == nil {
		r.out.Printf("\n%s", checks)
	} else {
		r.passTable(s)
		r.out.Printf("\nmean: the six held-out sets; seen and hard stand apart. demo: the demonstrator that was imitated. %s", checks)
	}
	r.out.Printf("Report: %s   Model: %s", r.dir.File(reportFile), r.dir.File(finalDir))
}

// passTable prints the pass rates of every set: the demonstrator's, and those
// before and after reinforcement, the latter with their intervals. With -method
// sft there is one rate.
func (r *run) passTable(s *summary) {
	stages, change := ": SFT → RL", func(before, after float64) string { return fmt.Sprintf("%3.0f → %3.0f %%", 100*before, 100*after) }
	if r.config.Method == "sft" {
		stages, change = ": SFT", func(rate, _ float64) string { return fmt.Sprintf("%3.0f %%", 100*rate) }
	}
	r.out.Printf("\n%-10s %5s %6s   %-28s %-28s", "set", "tasks", "demo", "greedy"+stages, "sampled"+stages)
	for _, set := range evaluate.All {
		cell := func(strategy string) string {
			a, b := r.row("sft", strategy, set), r.row("final", strategy, set)
			return fmt.Sprintf("%s  (%2.0f–%2.0f)", change(a.Pass, b.Pass), 100*b.PassLow, 100*b.PassHigh)
		}
		r.out.Printf("%-10s %5d %4.0f %%   %-28s %-28s", set, r.row("sft", "greedy", set).N, 100*s.TeacherBySet[set], cell("greedy"), cell("sampled"))
	}
	r.out.Printf("%-10s %5s %4.0f %%   %-28s %-28s", "mean", "", 100**s.PassTeacher, change(*s.PassSFT, *s.PassFinal), change(*s.PassSFTSampled, *s.PassFinalSampled))
}

// row is a line of eval.json, an empty one where there is none.
func (r *run) row(stage, strategy, set string) *evaluate.Row {
	for i := range r.state.Rows {
		if x := &r.state.Rows[i]; x.Stage == stage && x.Strategy == strategy && x.Set == set {
			return x
		}
	}
	return &evaluate.Row{}
}
