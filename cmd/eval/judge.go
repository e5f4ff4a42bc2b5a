package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
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
	asking
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
	for i := range sets { // before anything is asked
		if _, err := sets[i].IDs(o.ids); err != nil {
			return err
		}
	}
	scorer, name, err := o.scorer()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o777); err != nil {
		return err
	}
	var lines []passLine
	failed, asked := 0, 0
	for i := range sets {
		l, n, err := o.set(ctx, &sets[i], scorer, s)
		if err != nil {
			return err
		}
		l.Judge = name
		failed, asked = failed+l.Failed, asked+n
		lines = append(lines, l)
	}
	if !o.Released() {
		if err := o.print(s, lines); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d judgements failed: the field failures in %s says why; the same command tries them again", failed, asked, o.out)
	}
	return nil
}

func parseJudge(args []string) (o judgeOptions, err error) {
	fs := flag.NewFlagSet("eval judge", flag.ContinueOnError)
	o.asking.flags(fs)
	fs.StringVar(&o.answers, "answers", "", "")
	fs.StringVar(&o.out, "out", "", "")
	fs.StringVar(&o.ids, "ids", "", "")
	fs.StringVar(&o.queries, "queries", "", "")
	fs.IntVar(&o.repeats, "repeats", 0, "")
	fs.BoolVar(&o.rules, "rules", false, "")
	fs.BoolVar(&o.overwrite, "overwrite", false, "")
	given, err := o.parse(fs, args)
	if err != nil {
		return o, err
	}
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
