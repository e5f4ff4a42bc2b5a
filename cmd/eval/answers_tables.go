package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
)

// head starts a table with the two columns that name a system.
func head(title string, columns ...table.Column) *table.Table {
	return &table.Table{Title: title, Columns: append([]table.Column{table.Left("Strategy"), table.Left("Method")}, columns...)}
}

// star marks figures of a group of which answers are missing.
func star(s *metrics.Summary) string {
	if s.Expected > 0 && !s.Complete {
		return "*"
	}
	return ""
}

func passCell(mean, std float64, s *metrics.Summary) string {
	return fmt.Sprintf("%.1f±%.1f%s", mean, std, star(s))
}

func recallCell(r *float64, s *metrics.Summary) string {
	if r == nil {
		return "-"
	}
	return fmt.Sprintf("%.4f%s", *r, star(s))
}

func percentCell(x float64) string { return fmt.Sprintf("%.1f", 100*x) }

func optionalCell(x *float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf("%.4f", *x)
}

// notes explain marks that a table may hold.
func (v *view) notes() (notes []string) {
	missing, rules := false, false
	for _, s := range v.systems {
		rules = rules || s.judge != ""
		for _, r := range s.by {
			missing = missing || star(r) != ""
		}
	}
	if missing {
		notes = append(notes, "* answers of this group are missing: see n and expected in -format json")
	}
	if rules {
		notes = append(notes, "[…] names a judge that is not a language model: such pass rates compare with each other only")
	}
	return notes
}

func scoresTable(v *view) *table.Table {
	t := head("Pass rate (%, mean ± deviation over the judge's repeats) and recall_paper")
	for _, g := range v.groups {
		t.Columns = append(t.Columns, table.Right(g+" Pass"), table.Right(g+" Recall"))
	}
	for _, s := range v.systems {
		cells := []string{s.strategyName(), s.label()}
		for _, g := range v.groups {
			if r := s.by[g]; r != nil {
				cells = append(cells, passCell(r.PassMean, r.PassStd, r), recallCell(r.RecallPaper, r))
			} else {
				cells = append(cells, "-", "-")
			}
		}
		t.Add(cells...)
	}
	t.Notes = v.notes()
	return t
}

func auditTable(v *view) *table.Table {
	what := "the smallest such number"
	if v.given {
		what = "the budget given"
	}
	t := head(fmt.Sprintf("Budget audit: largest number of calls (answers with more than %d calls, %s)", v.budget, what), table.Right("All"))
	for _, g := range v.subsets {
		t.Columns = append(t.Columns, table.Right(g))
	}
	over := 0
	for _, s := range v.systems {
		most, many, n := 0, 0, 0
		var cells []string
		for _, g := range v.subsets {
			r := s.by[g]
			if r == nil {
				cells = append(cells, "-")
				continue
			}
			most, many, n = max(most, r.CallsMax), many+r.OverBudget, n+r.N
			cells = append(cells, overCell(r.CallsMax, r.OverBudget, r.N))
		}
		if many > 0 {
			over++
		}
		t.Add(append([]string{s.strategyName(), s.label(), overCell(most, many, n)}, cells...)...)
	}
	if over > 0 && v.given {
		t.Notes = []string{fmt.Sprintf("%d of %d systems used more than %d calls: compare capped scores, or run all under one budget.", over, len(v.systems), v.budget)}
	} else if over > 0 {
		t.Notes = []string{fmt.Sprintf("%d of %d systems used more calls than another one: compare capped scores, or run all under one budget.", over, len(v.systems))}
	} else {
		t.Notes = []string{fmt.Sprintf("No system used more than %d calls in an answer.", v.budget)}
	}
	return t
}

func overCell(most, over, n int) string {
	if over == 0 {
		return fmt.Sprint(most)
	}
	return fmt.Sprintf("%d (%d of %d)", most, over, n)
}

func cappedTable(v *view) *table.Table {
	t := head(fmt.Sprintf("The same with all capped at %d calls: an answer that needed more counts as unsolved", v.budget))
	for _, g := range v.groups {
		t.Columns = append(t.Columns, table.Right(g+" Pass"), table.Right("stored"), table.Right(g+" Recall"), table.Right("Finish %"))
	}
	search := false
	for _, s := range v.systems {
		cells := []string{s.strategyName(), s.label()}
		for _, g := range v.groups {
			if r := s.by[g]; r != nil {
				search = search || s.strategy == "dfs" && r.OverBudget > 0
				cells = append(cells, passCell(r.PassMeanCapped, r.PassStdCapped, r), fmt.Sprintf("%.1f", r.PassMean), recallCell(r.RecallCapped, r), percentCell(r.FinishRateCapped))
			} else {
				cells = append(cells, "-", "-", "-", "-")
			}
		}
		t.Add(cells...)
	}
	t.Notes = v.notes()
	if search {
		t.Notes = append(t.Notes, "DFSDT: lower bounds, since under the cap the search would have gone on elsewhere.")
	}
	return t
}

func detailsTable(v *view) *table.Table {
	t := head("Details: 95 % bootstrap interval over tasks; recalls and precision are shares of 1",
		table.Left("Group"), table.Right("n"), table.Right("Pass"), table.Right("95 %"), table.Right("recall_paper"), table.Right("95 %"), table.Right("recall_any"),
		table.Right("recall_success"), table.Right("precision"), table.Right("Finish %"), table.Right("Answer %"), table.Right("Calls"), table.Right("max"))
	for _, s := range v.systems {
		for _, g := range slices.Concat(v.groups, subsetsOnly(v)) {
			r := s.by[g]
			if r == nil {
				continue
			}
			recallInterval := "-"
			if r.RecallPaperLow != nil {
				recallInterval = fmt.Sprintf("%.3f-%.3f", *r.RecallPaperLow, *r.RecallPaperHigh)
			}
			t.Add(s.strategyName(), s.label(), g, fmt.Sprint(r.N)+star(r), fmt.Sprintf("%.1f", r.PassMean), fmt.Sprintf("%.1f-%.1f", r.PassLow, r.PassHigh),
				optionalCell(r.RecallPaper), recallInterval, optionalCell(r.RecallAny), optionalCell(r.RecallSuccess), optionalCell(r.Precision),
				percentCell(r.FinishRate), percentCell(r.AnswerRate), fmt.Sprintf("%.2f", r.CallsMean), fmt.Sprint(r.CallsMax))
		}
	}
	t.Notes = v.notes()
	return t
}

// subsetsOnly are the subsets that are part of a group.
func subsetsOnly(v *view) (out []string) {
	for _, s := range v.subsets {
		if !slices.Contains(v.groups, s) {
			out = append(out, s)
		}
	}
	return out
}

func errorsTable(v *view) *table.Table {
	t := head("Errors per 100 calls (Finish included), and answers that call functions on offer only (%)",
		table.Left("Group"), table.Right("parse"), table.Right("hallucinated"), table.Right("arguments"), table.Right("selection"), table.Right("other"), table.Right("Clean %"))
	rate := func(x float64) string { return fmt.Sprintf("%.2f", 100*x) }
	for _, s := range v.systems {
		for _, g := range v.groups {
			if r := s.by[g]; r != nil {
				t.Add(s.strategyName(), s.label(), g, rate(r.ParseErrors), rate(r.Hallucinated), rate(r.ArgumentErrors), rate(r.SelectionErrors), rate(r.OtherErrors), percentCell(r.CleanRate))
			}
		}
	}
	return t
}

// leaderboardTable ranks systems as StableToolBench's leaderboard does: by the
// plain mean over subsets. A system that lacks a subset is not ranked and stands
// below.
func leaderboardTable(v *view) *table.Table {
	t := &table.Table{Title: "Leaderboard (pass rate, %; Average is the plain mean of the subsets)",
		Columns: []table.Column{table.Right("#"), table.Left("Method"), table.Left("Strategy")}}
	for _, g := range v.subsets {
		t.Columns = append(t.Columns, table.Right(g))
	}
	t.Columns = append(t.Columns, table.Right("Average"), table.Right("capped"))
	type entry struct {
		s            *shownSystem
		mean, capped float64
		whole        bool
	}
	var list []entry
	for i := range v.systems {
		e := entry{s: &v.systems[i], whole: true}
		for _, g := range v.subsets {
			if r := e.s.by[g]; r != nil {
				e.mean += r.PassMean / float64(len(v.subsets))
				e.capped += r.PassMeanCapped / float64(len(v.subsets))
			} else {
				e.whole = false
			}
		}
		list = append(list, e)
	}
	slices.SortStableFunc(list, func(a, b entry) int {
		switch {
		case a.whole && !b.whole:
			return -1
		case b.whole && !a.whole:
			return 1
		}
		return cmp.Compare(b.mean, a.mean)
	})
	for i, e := range list {
		cells := []string{fmt.Sprint(i + 1), e.s.label(), e.s.strategyName()}
		if !e.whole {
			cells[0] = "-"
		}
		for _, g := range v.subsets {
			if r := e.s.by[g]; r != nil {
				cells = append(cells, passCell(r.PassMean, r.PassStd, r))
			} else {
				cells = append(cells, "-")
			}
		}
		if e.whole {
			cells = append(cells, fmt.Sprintf("%.1f", e.mean), fmt.Sprintf("%.1f", e.capped))
		} else {
			cells = append(cells, "-", "-")
		}
		t.Add(cells...)
	}
	t.Notes = v.notes()
	return t
}
