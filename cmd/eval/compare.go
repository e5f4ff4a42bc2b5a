package main

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
	"github.com/stepgrain/stepgrain/toolenv/stats"
)

var compareMode = mode{
	name: "compare", about: "is one system better than another: intervals and paired tests", run: runCompare,
	help: `Eval compare says how much better system B is than system A on the tasks that both
answered, and how sure that is.

usage: eval compare -a DIR[,DIR …] -b DIR[,DIR …] [flags]

  -a, -b           folders with files <subset>.json of judged answers; several folders
                   are runs of one system (seeds): tasks are compared by their means, and
                   intervals are over runs and tasks
  -tasks DIR|FILE  query files that say which functions are relevant
  -budget-calls N  calls that capped scores allow (default: the smallest calls_max of all)
  -resamples N     of intervals and bootstrap tests (default 10000)
  -seed N          of the same (default 0)
` + outputHelp + `
p sign-flip is the paired permutation test on the scores, Unsure counting half; p Holm the
same adjusted for the number of groups; p McNemar (for single runs) the exact test on
tasks that only one of the two solves (a mean score above 1/2).

example: eval compare -a results/sft_cot -b results/steptool_cot
`,
}

type compareOptions struct {
	output
	a, b, tasks       string
	budget, resamples int
	seed              uint64
}

func runCompare(_ context.Context, args []string, s streams) error {
	var o compareOptions
	fs := flag.NewFlagSet("eval compare", flag.ContinueOnError)
	o.output.flags(fs)
	fs.StringVar(&o.a, "a", "", "")
	fs.StringVar(&o.b, "b", "", "")
	fs.StringVar(&o.tasks, "tasks", "", "")
	fs.IntVar(&o.budget, "budget-calls", 0, "")
	fs.IntVar(&o.resamples, "resamples", 10000, "")
	fs.Uint64Var(&o.seed, "seed", 0, "")
	if err := usage.Parse(fs, args); err != nil {
		return err
	}
	if err := o.output.check(); err != nil {
		return err
	}
	switch {
	case fs.NArg() > 0:
		return usage.Errorf("argument %q is not a flag: several folders of one system are separated by commas", fs.Arg(0))
	case o.a == "" || o.b == "":
		return usage.Errorf("two systems are needed: give -a DIR and -b DIR")
	case o.budget < 0:
		return usage.Errorf("-budget-calls %d: must not be negative", o.budget)
	case o.resamples < 1 || o.resamples > 1_000_000:
		return usage.Errorf("-resamples %d: must be between 1 and 1000000", o.resamples)
	}
	a, err := loadRuns(o.a)
	if err != nil {
		return err
	}
	b, err := loadRuns(o.b)
	if err != nil {
		return err
	}
	ref, err := reference(o.tasks)
	if err != nil {
		return err
	}
	list, err := metrics.Compare(a, b, ref, o.budget, stats.Options{Resamples: o.resamples, Seed: o.seed})
	if err != nil {
		return fmt.Errorf("%s and %s: %w", o.a, o.b, err)
	}
	nameA, nameB := sideName(o.a), sideName(o.b)
	if nameA == nameB { // old/sft_cot and new/sft_cot
		nameA, nameB = o.a, o.b
	}
	lines := make([]comparisonLine, len(list))
	for i := range list {
		lines[i] = comparisonLine{nameA, nameB, list[i], judgeOf(a), judgeOf(b)}
	}
	switch o.format {
	case "json":
		return printJSON(s.out, lines)
	case "csv":
		return printRecords(s.out, lines)
	}
	return printTables(s.out, o.format, compareTables(lines, a, b, o.budget)...)
}

// comparisonLine is a line of -format json.
type comparisonLine struct {
	SystemA string `json:"system_a"`
	SystemB string `json:"system_b"`
	metrics.Comparison
	JudgeA string `json:"judge_a"` // "": a language model
	JudgeB string `json:"judge_b"`
}

// judgeOf names what judged the runs of a system.
func judgeOf(runs []metrics.System) string {
	var names []string
	for i := range runs {
		if j := runs[i].Judge(); !slices.Contains(names, j) {
			names = append(names, j)
		}
	}
	return metrics.JoinJudges(names)
}

// marked is a name with its judge, if that is no language model.
func marked(name, judge string) string {
	if judge != "" {
		return name + " [" + judge + "]"
	}
	return name
}

func loadRuns(list string) (runs []metrics.System, err error) {
	for _, dir := range strings.Split(list, ",") {
		if dir == "" {
			return nil, usage.Errorf("%q: a folder is missing beside a comma", list)
		}
		sys, err := loadSystem(dir)
		if err != nil {
			return nil, err
		}
		runs = append(runs, sys)
	}
	return runs, nil
}

// sideName names a system by its folders.
func sideName(list string) string {
	var names []string
	for _, dir := range strings.Split(list, ",") {
		names = append(names, filepath.Base(filepath.Clean(dir)))
	}
	return strings.Join(names, ", ")
}

// metricTitles say what a table compares.
var metricTitles = map[string]string{
	"pass":         "Pass rate (%), each with the calls it used",
	"pass_capped":  "Pass rate (%) with both capped at",
	"recall_paper": "recall_paper",
}

func compareTables(lines []comparisonLine, a, b []metrics.System, budget int) []*table.Table {
	if budget == 0 {
		budget = metrics.Budget(slices.Concat(a, b))
	}
	var tables []*table.Table
	var t *table.Table
	metric := ""
	for _, l := range lines {
		if l.Metric != metric {
			metric = l.Metric
			title := metricTitles[metric]
			if metric == "pass_capped" {
				title += fmt.Sprintf(" %d calls", budget)
			}
			t = &table.Table{Title: fmt.Sprintf("%s: A = %s, B = %s", title, marked(l.SystemA, l.JudgeA), marked(l.SystemB, l.JudgeB)),
				Columns: []table.Column{table.Left("Group"), table.Right("n"), table.Right("A"), table.Right("B"), table.Right("B-A"), table.Right("95 %"),
					table.Right("p bootstrap"), table.Right("p sign-flip"), table.Right("p Holm")}}
			if l.PMcNemar != nil {
				t.Columns = append(t.Columns, table.Right("A only"), table.Right("B only"), table.Right("p McNemar"), table.Right("mid-p"))
			}
			tables = append(tables, t)
		}
		t.Add(compareCells(l)...)
	}
	last := tables[len(tables)-1]
	most := [2]int{}
	for side, runs := range [][]metrics.System{a, b} {
		for i := range runs {
			most[side] = max(most[side], runs[i].MaxCalls())
		}
	}
	if most[0] != most[1] {
		last.Notes = append(last.Notes, fmt.Sprintf("The budgets differ: A used up to %d calls, B up to %d. Only the capped comparison is fair.", most[0], most[1]))
	}
	if ja, jb := judgeOf(a), judgeOf(b); ja != jb {
		last.Notes = append(last.Notes, "The answers were judged by different judges: the pass rates do not compare.")
	} else if ja != "" {
		last.Notes = append(last.Notes, fmt.Sprintf("[%s] names a judge that is not a language model.", ja))
	}
	return tables
}

func compareCells(l comparisonLine) []string {
	value, sign := "%.1f", "%+.1f"
	if l.Metric == "recall_paper" {
		value, sign = "%.4f", "%+.4f"
	}
	exact := ""
	if !l.Exact {
		exact = "~" // drawn, not computed
	}
	cells := []string{l.Group, fmt.Sprint(l.N), fmt.Sprintf(value, l.A), fmt.Sprintf(value, l.B), fmt.Sprintf(sign, l.Difference),
		fmt.Sprintf(sign+" to "+sign, l.Low, l.High), pCell(l.PBootstrap), exact + pCell(l.PSignFlip), pCell(l.PHolm)}
	if l.PMcNemar != nil {
		cells = append(cells, fmt.Sprint(*l.OnlyA), fmt.Sprint(*l.OnlyB), pCell(*l.PMcNemar), pCell(*l.PMidP))
	}
	return cells
}

func pCell(p float64) string {
	if p < .0001 {
		return "<0.0001"
	}
	return fmt.Sprintf("%.4f", p)
}
