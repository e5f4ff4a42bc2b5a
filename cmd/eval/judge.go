package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/judge"
)

var judgeMode = mode{
	name: "judge", about: "judge converted answers: solved, unsure or unsolved (pass rate)", run: runJudge,
	help: `Eval judge gives converted answers a status, in some repeats, and prints the pass rate.

usage: eval judge -answers FILE|DIR (-judge URL | -rules) -out DIR [flags]

  -answers PATH    converted answers: a file, or a folder with files <set>.json
  -out DIR         where <set>.json and <set>.csv go, as StableToolBench has them
                   (pass_rate_results); what is there already is gone on with
  -ids PATH        the tasks that count, a file or a folder with files <set>.json: one
                   without an answer counts as unsolved
  -repeats N       judgements of each answer (default 3; with -rules 1)
  -rules           judge without a model: by the right answer where -queries has one, else
                   by rough rules; everything printed and written says "rules"
  -queries PATH    with -rules: query files with right answers
` + judging.Help + `  -overwrite       begin anew
  -compat released the release's requests, waits, text and defects; one thread
` + outputHelp + `
A judgement that fails, also when asked again, is written into the result with its reason
and counts as unsolved; the exit status is 1 then, and the same command tries it again.

example: eval judge -answers converted/qwen2 -judge http://127.0.0.1:8000/v1 -out results/qwen2_cot
`,
}

type judgeOptions struct {
	output
	judging.Flags
	answers, out, ids, queries string
	repeats                    int
	rules, overwrite           bool
}

// passLine is a line of the result.
type passLine struct {
	Set     string    `json:"set"`
	N       int       `json:"n"` // tasks
	Pass    float64   `json:"pass_mean"`
	Std     float64   `json:"pass_std"`
	Repeats []float64 `json:"pass"` // percent, by repeat
	Length  float64   `json:"length"`
	// Hallucinated counts answers that call a function that is not on offer.
	Hallucinated int    `json:"hallucinated"`
	Missing      int    `json:"missing"`
	Failed       int    `json:"failed"` // judgements
	Judge        string `json:"judge"`
}

func runJudge(ctx context.Context, args []string, s streams) error {
	o, err := parseJudge(args)
	if err != nil {
		return err
	}
	sets, err := judging.Sets(o.answers)
	if err != nil {
		return err
	}
	scorer, name, err := o.scorer()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o777); err != nil {
		return err
	}
	var lines []passLine
	failed := 0
	for i := range sets {
		l, err := o.set(ctx, &sets[i], scorer, s)
		if err != nil {
			return err
		}
		l.Judge = name
		failed += l.Failed
		lines = append(lines, l)
	}
	if !o.Released() {
		if err := o.print(s, lines); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d judgements failed: the field failures in %s says why; the same command tries them again", failed, o.out)
	}
	return nil
}

func parseJudge(args []string) (o judgeOptions, err error) {
	fs := flag.NewFlagSet("eval judge", flag.ContinueOnError)
	o.output.flags(fs)
	o.Register(fs)
	fs.StringVar(&o.answers, "answers", "", "")
	fs.StringVar(&o.out, "out", "", "")
	fs.StringVar(&o.ids, "ids", "", "")
	fs.StringVar(&o.queries, "queries", "", "")
	fs.IntVar(&o.repeats, "repeats", 0, "")
	fs.BoolVar(&o.rules, "rules", false, "")
	fs.BoolVar(&o.overwrite, "overwrite", false, "")
	if err := usage.Parse(fs, args); err != nil {
		return o, err
	}
	if err := o.output.check(); err != nil {
		return o, err
	}
	if err := o.Check(); err != nil {
		return o, err
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	switch {
	case fs.NArg() > 0:
		return o, usage.Errorf("argument %q is not a flag: answers come from -answers", fs.Arg(0))
	case o.answers == "":
		return o, usage.Errorf("no answers: give -answers FILE or DIR")
	case o.out == "":
		return o, usage.Errorf("no place for the results: give -out DIR")
	case o.repeats < 0 || o.repeats > 1000:
		return o, usage.Errorf("-repeats %d: must be between 1 and 1000", o.repeats)
	case o.rules && (given["judge"] || given["model"] || given["key-file"] || o.Released()):
		return o, usage.Errorf("-rules asks no model, and the release has no such judge: -judge, -model, -key-file and -compat have no effect with it")
	case !o.rules && given["queries"]:
		return o, usage.Errorf("-queries has no effect without -rules: a model is not told the right answers")
	}
	if o.repeats == 0 {
		o.repeats = 3
		if o.rules {
			o.repeats = 1 // the others would be the same
		}
	}
	return o, nil
}

// scorer is who judges, and the name for what is printed.
func (o *judgeOptions) scorer() (judge.Scorer, string, error) {
	if o.rules {
		right, err := judging.Answers(o.queries)
		return judge.Rules{Answers: right}, judge.RulesName, err
	}
	j, err := o.Judge()
	return j, o.ModelName(), err
}

// set judges one set of answers.
func (o *judgeOptions) set(ctx context.Context, set *judging.Set, scorer judge.Scorer, s streams) (l passLine, err error) {
	list, err := answers.Load(set.Path)
	if err != nil {
		return l, err
	}
	po := judge.PassOptions{Repeats: o.repeats, Threads: o.Threads}
	if po.IDs, err = set.IDs(o.ids); err != nil {
		return l, err
	}
	out := filepath.Join(o.out, set.Name)
	if !o.overwrite {
		po.Existing, err = answers.LoadJudged(out + ".json")
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return l, fmt.Errorf("%w (-overwrite begins anew)", err)
		case o.Released():
			fmt.Fprintln(s.out, "Load existing results.")
		}
	}
	save := func(list []answers.Judged) error { return answers.SaveJudged(out+".json", list) }
	progress := judging.Progress(s.err, "eval", set.Name, "verdicts", len(list)*o.repeats)
	po.Save = judging.NowAndThen(func(list []answers.Judged) error {
		done := 0
		for i := range list {
			done += len(list[i].IsSolved)
		}
		progress(done)
		return save(list)
	})
	r, err := judge.Pass(ctx, scorer, list, po)
	if err == nil || len(r.Judged) > 0 {
		if err2 := save(r.Judged); err == nil {
			err = err2
		}
	}
	if err == nil {
		err = answers.SaveJudgedCSV(out+".csv", set.Model, r.Judged)
	}
	if err != nil {
		return l, err
	}
	if o.Released() {
		_, err = fmt.Fprint(s.out, r.Summary.ReleasedText(set.Name, set.Model))
	}
	for i := range list {
		if len(judge.Hallucinated(&list[i])) > 0 {
			l.Hallucinated++
		}
	}
	m := r.Summary
	l.Set, l.N, l.Pass, l.Std = set.Name, m.Tasks, 100*m.Mean, 100*m.Std
	l.Length, l.Missing, l.Failed = m.Length, m.Missing, m.Failed
	for _, x := range m.Rates {
		l.Repeats = append(l.Repeats, 100*x)
	}
	return l, err
}

func (o *judgeOptions) print(s streams, lines []passLine) error {
	switch o.format {
	case "json":
		return printJSON(s.out, lines)
	case "csv":
		return printRecords(s.out, lines)
	}
	title := "Pass rate (%), judged by " + lines[0].Judge
	if o.rules {
		title = "Pass rate (%) [rules]: judged by rules, not by a language model"
	}
	t := &table.Table{Title: title, Columns: []table.Column{table.Left("Set"), table.Right("n"), table.Right("Pass"), table.Right("Calls"),
		table.Right("Hallucinated"), table.Right("No answer"), table.Right("Failed")},
		Notes: []string{"Pass is mean and deviation over the repeats; answers without a verdict, and tasks without an answer, count as unsolved.",
			"Hallucinated counts answers that call a function that is not on offer."}}
	for _, l := range lines {
		t.Add(l.Set, fmt.Sprint(l.N), fmt.Sprintf("%.1f±%.1f", l.Pass, l.Std), fmt.Sprintf("%.2f", l.Length),
			fmt.Sprint(l.Hallucinated), fmt.Sprint(l.Missing), fmt.Sprint(l.Failed))
	}
	return printTables(s.out, o.format, t)
}
