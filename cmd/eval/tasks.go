package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

var tasksMode = mode{
	name: "tasks", flag: "tasks", about: "a model plays task sets of the embedded world", run: runTasks,
	help: `Eval tasks lets a model play tasks of the embedded world, where whether a task is
solved is a fact: no judge is needed.

usage: eval -tasks NAME[,NAME …] -model PATH [flags]

  -tasks LIST      sets: ` + strings.Join(evaluate.All, ", ") + `;
                   world for the six held-out ones, all for all of them
  -model PATH      final/ of a run, or a checkpoint with its tokenizer. Beside a run's
                   config.json the run's settings hold, and the tasks are those it was
                   evaluated on
  -strategy S      cot (default): one chain of calls per task; dfsdt: depth-first search of
                   width 2 (rollout has more methods, and models behind an endpoint)
  -budget-turns N  calls of a chain, Finish included (default: the run's, or 9)
  -budget-calls N  calls per task, Finish included: of cot the same as -budget-turns, of
                   dfsdt those of the whole search (default 30)
  -temperature T   0 (default) is greedy
  -seeds LIST      of sampling, such as 1,2,3: one line for each (default: the run's, or 1)
  -n N             tasks of each set (default: the run's, or 100)
  -quick           the smaller world, where no config.json says
  -workers N       goroutines that compute; changes no result
` + outputHelp + `
Query files of ToolBench have no answers: play them with rollout, have them judged (eval
judge -h), and read the tables with eval -answers.

example: eval -tasks world -model runs/7/final -json
`,
}

type tasksOptions struct {
	output
	tasks, model, strategy, seeds string
	calls, turns, n, workers      int
	temperature                   float64
	quick                         bool
}

func runTasks(ctx context.Context, args []string, s streams) error {
	var o tasksOptions
	fs := flag.NewFlagSet("eval tasks", flag.ContinueOnError)
	o.output.flags(fs)
	fs.StringVar(&o.tasks, "tasks", "", "")
	fs.StringVar(&o.model, "model", "", "")
	fs.StringVar(&o.strategy, "strategy", "cot", "")
	fs.StringVar(&o.seeds, "seeds", "", "")
	fs.IntVar(&o.calls, "budget-calls", 0, "")
	fs.IntVar(&o.turns, "budget-turns", 0, "")
	fs.IntVar(&o.n, "n", 0, "")
	fs.IntVar(&o.workers, "workers", 0, "")
	fs.Float64Var(&o.temperature, "temperature", 0, "")
	fs.BoolVar(&o.quick, "quick", false, "")
	if err := usage.Parse(fs, args); err != nil {
		return err
	}
	sets, seeds, err := o.check(fs)
	if err != nil {
		return err
	}
	p, err := openPlayer(&o, s.err)
	if err != nil {
		return err
	}
	if len(seeds) == 0 {
		seeds = []uint64{p.config.Seed}
	}
	play := p.play
	if o.strategy == "dfsdt" {
		play = p.search
	}
	rows, err := play(ctx, sets, seeds)
	if err != nil {
		return err
	}
	switch o.format {
	case "json":
		return printJSON(s.out, rows)
	case "csv":
		return printRecords(s.out, rows)
	}
	return printTables(s.out, o.format, tasksTable(rows, len(seeds)))
}

// check says what is wrong with the flags, and takes the lists apart.
func (o *tasksOptions) check(fs *flag.FlagSet) (sets []string, seeds []uint64, err error) {
	if err := o.output.check(); err != nil {
		return nil, nil, err
	}
	if o.strategy == "cot" { // a chain has as many turns as calls
		if o.turns > 0 && (o.calls == 0 || o.turns < o.calls) {
			o.calls = o.turns
		}
		o.turns = o.calls
	}
	switch {
	case fs.NArg() > 0:
		return nil, nil, usage.Errorf("argument %q is not a flag: sets are separated by commas", fs.Arg(0))
	case o.tasks == "":
		return nil, nil, usage.Errorf("no tasks: give -tasks world or the names of sets")
	case o.strategy != "cot" && o.strategy != "dfsdt":
		return nil, nil, usage.Errorf("-strategy %s: must be cot or dfsdt", o.strategy)
	case o.calls < 0 || o.turns < 0 || o.n < 0 || o.workers < 0:
		return nil, nil, usage.Errorf("-budget-calls, -budget-turns, -n and -workers must not be negative")
	case !(o.temperature >= 0 && o.temperature <= 10):
		return nil, nil, usage.Errorf("-temperature %g: must be between 0 and 10", o.temperature)
	}
	if sets, err = setNames(o.tasks); err != nil {
		return nil, nil, err
	}
	if o.model == "" {
		return nil, nil, usage.Errorf("no model: give -model PATH")
	}
	for _, text := range strings.Split(o.seeds, ",") {
		if o.seeds == "" {
			break
		}
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return nil, nil, usage.Errorf("-seeds %s: %q is not a number", o.seeds, text)
		}
		seeds = append(seeds, seed)
	}
	if len(seeds) > 1 && o.temperature == 0 {
		return nil, nil, usage.Errorf("-seeds %s: without -temperature every seed gives the same", o.seeds)
	}
	return sets, seeds, nil
}

// setNames reads -tasks.
func setNames(list string) (sets []string, err error) {
	for _, name := range strings.Split(list, ",") {
		switch {
		case name == "world":
			sets = append(sets, evaluate.HeldOut...)
		case name == "all":
			sets = append(sets, evaluate.All...)
		case slices.Contains(world.Sets, name):
			sets = append(sets, name)
		default:
			if _, err := os.Stat(name); err == nil {
				return nil, usage.Errorf("-tasks %s: query files are played by rollout, judged by eval judge, and measured by eval -answers", name)
			}
			return nil, usage.Errorf("-tasks %s: no set %q: there are world, all, %s", list, name, strings.Join(evaluate.All, ", "))
		}
	}
	slices.Sort(sets)
	sets = slices.Compact(sets)
	slices.SortFunc(sets, func(a, b string) int { return slices.Index(evaluate.All, a) - slices.Index(evaluate.All, b) })
	return sets, nil
}

// tasksTitle heads the table of what was played.
func tasksTitle(r evaluate.Row) string {
	how := "greedy"
	if r.Temperature > 0 {
		how = fmt.Sprintf("temperature %g", r.Temperature)
	}
	method := "one chain each"
	if r.Strategy == "dfsdt" {
		method = fmt.Sprintf("DFSDT with chains of at most %d calls", r.Budget.Turns)
	}
	return fmt.Sprintf("Tasks of the embedded world, %s, %s, at most %d calls (solved is a fact here: no judge)", method, how, r.Budget.Calls)
}
