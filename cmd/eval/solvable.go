package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/judge"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

var solvableMode = mode{
	name: "solvable", about: "can the tasks be solved with the functions on offer", run: runSolvable,
	help: `Eval solvable asks a model whether tasks can be solved with the functions on offer.

usage: eval solvable -queries FILE|DIR -judge URL [flags]

  -queries PATH    query files
  -tools DIR       descriptions of the tools (default: those of the queries)
  -out FILE        what was said about every task, with reasons
  -repeats N       judgements of each task (default 3); the majority counts
` + judging.Help + outputHelp + `
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
	Failed     int    `json:"failed"` // judgements
	Judge      string `json:"judge"`
}

func runSolvable(ctx context.Context, args []string, s streams) error {
	var o struct {
		output
		judging.Flags
	}
	fs := flag.NewFlagSet("eval solvable", flag.ContinueOnError)
	o.output.flags(fs)
	o.Register(fs)
	queries := fs.String("queries", "", "")
	tools := fs.String("tools", "", "")
	out := fs.String("out", "", "")
	repeats := fs.Int("repeats", 3, "")
	if err := usage.Parse(fs, args); err != nil {
		return err
	}
	if err := o.output.check(); err != nil {
		return err
	}
	if err := o.Check(); err != nil {
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
	said, err := j.Solvable(ctx, tasks, *repeats, o.Threads)
	if err != nil {
		return err
	}
	if *out != "" {
		if err := renameio.WriteFile(*out, []byte(judge.SolvableText(said)), 0o644); err != nil {
			return err
		}
	}
	lines := countSolvable(said, sets, o.ModelName())
	switch o.format {
	case "json":
		err = printJSON(s.out, lines)
	case "csv":
		err = printRecords(s.out, lines)
	default:
		t := &table.Table{Title: "Solvable tasks, judged by " + o.ModelName(), Columns: []table.Column{table.Left("Set"), table.Right("n"),
			table.Right("Solvable"), table.Right("Unsure"), table.Right("Unsolvable"), table.Right("Failed")}}
		for _, l := range lines {
			t.Add(l.Set, fmt.Sprint(l.N), fmt.Sprint(l.Solvable), fmt.Sprint(l.Unsure), fmt.Sprint(l.Unsolvable), fmt.Sprint(l.Failed))
		}
		err = printTables(s.out, o.format, t)
	}
	failed := 0
	for _, l := range lines {
		failed += l.Failed
	}
	if err == nil && failed > 0 {
		return fmt.Errorf("%d judgements failed", failed)
	}
	return err
}

// questions are the tasks of query files, and the set that each is of.
func questions(queries, tools string) (tasks []judge.Question, sets []string, err error) {
	list, err := toolbench.LoadQueries(queries)
	if err != nil {
		return nil, nil, err
	}
	var folder *toolbench.Folder
	if tools != "" {
		if folder, err = toolbench.OpenFolder(tools); err != nil {
			return nil, nil, err
		}
		defer folder.Close()
	}
	for i := range list {
		t := toolbench.NewTask(&list[i], folder, toolbench.Options{})
		q := judge.Question{ID: list[i].ID, Query: list[i].Text}
		for _, f := range t.Functions[:len(t.Functions)-1] { // without Finish
			q.Functions = append(q.Functions, f)
		}
		tasks, sets = append(tasks, q), append(sets, list[i].Subset)
	}
	return tasks, sets, nil
}

func countSolvable(said []judge.Solvability, sets []string, name string) (lines []solvableLine) {
	for i := range said {
		if len(lines) == 0 || lines[len(lines)-1].Set != sets[i] {
			lines = append(lines, solvableLine{Set: sets[i], Judge: name})
		}
		l := &lines[len(lines)-1]
		l.N++
		l.Failed += len(said[i].Failures)
		switch said[i].Majority() {
		case judge.Solvable:
			l.Solvable++
		case judge.Unsolvable:
			l.Unsolvable++
		default:
			l.Unsure++
		}
	}
	return lines
}
