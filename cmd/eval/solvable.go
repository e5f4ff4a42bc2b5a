package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/outfile"
	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/judge"
)

var solvableMode = mode{
	name: "solvable", about: "can the tasks be solved with the functions on offer", run: runSolvable,
	help: `Eval solvable asks a model whether tasks can be solved with the functions on offer.

usage: eval solvable -queries FILE|DIR -judge URL [flags]

  -queries PATH    query files
  -tools DIR       descriptions of the tools (default: those of the queries)
  -out FILE        what was said about every task, with reasons; what is there already is
                   gone on with
  -repeats N       judgements of each task (default 3); the majority counts
` + judging.Help + `  -overwrite       begin anew
` + outputHelp + `
A judgement that fails, also when asked again, is counted and written into -out with its
reason; the exit status is 1 then, and the same command tries it again.

example: eval solvable -queries solvable_queries/test_instruction/G1_tool.json -judge http://127.0.0.1:8000/v1 -out solvable.json
`,
}

// solvableLine is a line of the result.
type solvableLine struct {
	Set        string `json:"set"`
	N          int    `json:"n"`
	Solvable   int    `json:"solvable"`
	Unsure     int    `json:"unsure"`
	Unsolvable int    `json:"unsolvable"`
	Unknown    int    `json:"unknown"` // without a verdict
	Failed     int    `json:"failed"`  // judgements
	Judge      string `json:"judge"`
}

func runSolvable(ctx context.Context, args []string, s streams) error {
	var o asking
	fs := flag.NewFlagSet("eval solvable", flag.ContinueOnError)
	o.flags(fs)
	queries := fs.String("queries", "", "")
	tools := fs.String("tools", "", "")
	out := fs.String("out", "", "")
	repeats := fs.Int("repeats", 3, "")
	overwrite := fs.Bool("overwrite", false, "")
	if _, err := o.parse(fs, args); err != nil {
		return err
	}
	switch {
	case fs.NArg() > 0:
		return usage.Errorf("argument %q is not a flag: tasks come from -queries", fs.Arg(0))
	case *queries == "":
		return usage.Errorf("no tasks: give -queries FILE or DIR")
	case *repeats < 1 || *repeats > 1000:
		return usage.Errorf("-repeats %d: must be between 1 and 1000", *repeats)
	case o.Released():
		return usage.Errorf("-compat released: the release never ran its judge of tasks, so there is nothing to compare with")
	}
	j, err := o.Judge()
	if err != nil {
		return err
	}
	tasks, sets, err := questions(*queries, *tools)
	if err != nil {
		return err
	}
	so := judge.SolvableOptions{Repeats: *repeats, Threads: o.Threads}
	save := func([]judge.Solvability) error { return nil }
	if *out != "" {
		if !*overwrite {
			if so.Existing, err = loadSolvable(*out); err != nil {
				return fmt.Errorf("%w (-overwrite begins anew)", err)
			}
			if err := goOnSolvable(*out, so.Existing, tasks); err != nil {
				return err
			}
		}
		save = func(list []judge.Solvability) error {
			return outfile.WriteText(*out, judge.SolvableText(list))
		}
	}
	progress := judging.Progress(s.err, "eval", "solvable", "judgements", len(tasks)**repeats)
	so.Save = judging.NowAndThen(func(list []judge.Solvability) error {
		done := 0
		for i := range list {
			done += len(list[i].Verdicts)
		}
		progress(done)
		return save(list)
	})
	said, err := j.Solvable(ctx, tasks, so)
	if err2 := save(said); err == nil {
		err = err2
	}
	if err != nil {
		return err
	}
	lines := countSolvable(said, sets, o.ModelName())
	switch o.format {
	case "json":
		err = printJSON(s.out, lines)
	case "csv":
		err = printRecords(s.out, lines)
	default:
		t := &table.Table{Title: "Solvable tasks, judged by " + o.ModelName(), Columns: []table.Column{table.Left("Set"), table.Right("n"),
			table.Right("Solvable"), table.Right("Unsure"), table.Right("Unsolvable"), table.Right("No verdict"), table.Right("Failed")}}
		for _, l := range lines {
			t.Add(l.Set, fmt.Sprint(l.N), fmt.Sprint(l.Solvable), fmt.Sprint(l.Unsure), fmt.Sprint(l.Unsolvable), fmt.Sprint(l.Unknown), fmt.Sprint(l.Failed))
		}
		err = printTables(s.out, o.format, t)
	}
	failed := 0
	for _, l := range lines {
		failed += l.Failed
	}
	if err == nil && failed > 0 {
		where := "-out FILE tells why"
		if *out != "" {
			where = "the field failures in " + *out + " says why; the same command tries them again"
		}
		return fmt.Errorf("%d of %d judgements failed: %s", failed, len(tasks)**repeats, where)
	}
	return err
}
