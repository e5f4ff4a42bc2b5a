package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
	"github.com/stepgrain/stepgrain/toolenv/stats"
)

var answersMode = mode{
	name: "answers", flag: "answers", about: "pass rates, recall and budget audit of judged answers", run: runAnswers,
	help: `Eval answers measures judged answers: pass rates by group, recall of the relevant
functions, errors, and who used more calls than others.

usage: eval -answers DIR [flags]

  -answers DIR     folders <method>_<cot|dfs> with files <subset>.json of judged answers
                   (StableToolBench's pass_rate_results), or one such folder
  -show LIST       which tables: scores, audit, capped, details, errors, leaderboard, or
                   all (default ` + defaultTables + `)
  -tasks DIR|FILE  query files that say which functions are relevant and how many tasks
                   there are, instead of those of StableToolBench's 765 tasks
  -budget-calls N  calls that capped scores allow (default: the smallest calls_max of all)
  -resamples N     of the bootstrap intervals (default 2000)
  -seed N          of the same (default 0)
  -compat released count errors by what tools answered, as the paper's table seems to
` + outputHelp + `
A * marks a group of which answers are missing; n in -format json says how many there are.
The mark [rules] tells systems that were judged by rules, not by a language model.

example: eval -answers pass_rate_results -format markdown > table.md
`,
}

// The tables, in the order in which they are printed.
var answerTables = []struct {
	name string
	make func(v *view) *table.Table
}{
	{"scores", scoresTable}, {"audit", auditTable}, {"capped", cappedTable},
	{"details", detailsTable}, {"errors", errorsTable}, {"leaderboard", leaderboardTable},
}

const defaultTables = "scores,audit,capped,details,errors"

type answersOptions struct {
	output
	dir, tasks, show, compat string
	budget, resamples        int
	seed                     uint64
}

func runAnswers(_ context.Context, args []string, s streams) error {
	var o answersOptions
	fs := flag.NewFlagSet("eval answers", flag.ContinueOnError)
	o.output.flags(fs)
	fs.StringVar(&o.dir, "answers", "", "")
	fs.StringVar(&o.tasks, "tasks", "", "")
	fs.StringVar(&o.show, "show", defaultTables, "")
	fs.StringVar(&o.compat, "compat", "", "")
	fs.IntVar(&o.budget, "budget-calls", 0, "")
	fs.IntVar(&o.resamples, "resamples", 2000, "")
	fs.Uint64Var(&o.seed, "seed", 0, "")
	if err := usage.Parse(fs, args); err != nil {
		return err
	}
	shown, err := o.check(fs)
	if err != nil {
		return err
	}
	systems, err := loadSystems(o.dir, s.err)
	if err != nil {
		return err
	}
	ref, err := reference(o.tasks)
	if err != nil {
		return err
	}
	ref.Released = o.compat == "released"
	list := metrics.Table(systems, ref, o.budget, stats.Options{Resamples: o.resamples, Seed: o.seed})
	switch o.format {
	case "json":
		return printJSON(s.out, list)
	case "csv":
		return printRecords(s.out, list)
	}
	v := newView(list)
	v.given = o.budget > 0
	var tables []*table.Table
	for _, t := range answerTables {
		if slices.Contains(shown, t.name) {
			tables = append(tables, t.make(v))
		}
	}
	return printTables(s.out, o.format, tables...)
}

// check says what is wrong with the flags, and returns the tables to print.
func (o *answersOptions) check(fs *flag.FlagSet) (shown []string, err error) {
	if err := o.output.check(); err != nil {
		return nil, err
	}
	switch {
	case fs.NArg() > 0:
		return nil, usage.Errorf("argument %q is not a flag", fs.Arg(0))
	case o.dir == "":
		return nil, usage.Errorf("no answers: give -answers DIR")
	case o.budget < 0:
		return nil, usage.Errorf("-budget-calls %d: must not be negative", o.budget)
	case o.resamples < 1 || o.resamples > 1_000_000:
		return nil, usage.Errorf("-resamples %d: must be between 1 and 1000000", o.resamples)
	}
	if err := checkCompat(o.compat); err != nil {
		return nil, err
	}
	var names []string
	for _, t := range answerTables {
		names = append(names, t.name)
	}
	for _, n := range strings.Split(o.show, ",") {
		switch {
		case n == "all":
			shown = append(shown, names...)
		case slices.Contains(names, n):
			shown = append(shown, n)
		default:
			return nil, usage.Errorf("-show %s: no table %q: there are %s and all", o.show, n, strings.Join(names, ", "))
		}
	}
	return shown, nil
}

// checkCompat allows what -compat may be.
func checkCompat(value string) error {
	if value != "" && value != "released" {
		return usage.Errorf("-compat %s: the only other behaviour is released", value)
	}
	return nil
}

// view is a list of summaries by system.
type view struct {
	systems []shownSystem // in the order of the first table: by strategy, then name
	groups  []string      // I1 … and subsets that belong to none
	subsets []string      // as they occur
	budget  int
	given   bool // by -budget-calls
}

type shownSystem struct {
	method, strategy, judge string
	by                      map[string]*metrics.Summary // by group
}

func newView(list []metrics.Summary) *view {
	v := &view{}
	for i := range list {
		s := &list[i]
		v.budget = s.Budget
		k := slices.IndexFunc(v.systems, func(x shownSystem) bool { return x.method == s.Method && x.strategy == s.Strategy })
		if k < 0 {
			k = len(v.systems)
			v.systems = append(v.systems, shownSystem{method: s.Method, strategy: s.Strategy, judge: s.Judge, by: map[string]*metrics.Summary{}})
		}
		v.systems[k].by[s.Group] = s
		if s.Judge != "" {
			v.systems[k].judge = s.Judge
		}
	}
	slices.SortStableFunc(v.systems, func(a, b shownSystem) int { return strings.Compare(a.strategy, b.strategy) })
	v.groups = append(v.groups, present(list, metrics.Groups)...)
	v.subsets = present(list, metrics.Subsets)
	for i := range list {
		g := list[i].Group
		if !list[i].Subset || slices.Contains(metrics.Subsets, g) || slices.Contains(v.subsets, g) {
			continue
		}
		v.subsets = append(v.subsets, g)
		if !slices.Contains(v.groups, g) { // a set of ours may be called I3
			v.groups = append(v.groups, g)
		}
	}
	return v
}

// present are those of names that some summary has as its group.
func present(list []metrics.Summary, names []string) (out []string) {
	for _, n := range names {
		if slices.ContainsFunc(list, func(s metrics.Summary) bool { return s.Group == n }) {
			out = append(out, n)
		}
	}
	return out
}

// label is the method as tables show it: with the judge if it was no model.
func (s *shownSystem) label() string {
	if s.judge != "" {
		return fmt.Sprintf("%s [%s]", s.method, s.judge)
	}
	return s.method
}

// strategyNames are the paper's names.
var strategyNames = map[string]string{"cot": "CoT", "dfs": "DFSDT"}

func (s *shownSystem) strategyName() string {
	if n, ok := strategyNames[s.strategy]; ok {
		return n
	}
	return s.strategy
}
