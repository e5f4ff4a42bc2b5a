package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/judge"
)

var preferMode = mode{
	name: "prefer", about: "which of two systems answers better (win rate)", run: runPrefer,
	help: `Eval prefer compares the answers of system B with those of a reference A, task by task.

usage: eval prefer -a FILE|DIR -b FILE|DIR (-judge URL | -rules) -out DIR [flags]

  -a, -b           converted answers: files, or folders with files <set>.json
  -pass-a, -pass-b pass results of both (eval judge): where they differ in a round the better
                   one wins without a question, and statuses are not judged again
  -scratch         with pass results that are equal: judge the statuses again
  -out DIR         where <set>.json and <set>.csv go; what is there already is gone on with
  -ids PATH        the tasks to compare, a file or a folder with files <set>.json
  -rounds N        comparisons of each pair (default 2); the order of the two answers is
                   drawn for each
  -rules           compare without a model: the better status by rules wins, equal ones are
                   a tie; everything printed and written says "rules"
  -queries PATH    with -rules: query files with right answers
` + judging.Help + `  -seed N          of the order in which answers are shown (default 0)
  -overwrite       begin anew
  -compat released the release's requests, order, waits, text and defects; one thread
` + outputHelp + `
The one solved answer wins, else the one unsure answer, else the model chooses; equal
answers are a tie. A comparison that fails is written into the result with its reason; the
exit status is 1 then, and the same command tries it again.

example: eval prefer -a converted/sft -b converted/steptool -pass-a results/sft -pass-b results/steptool -judge http://127.0.0.1:8000/v1 -out preference
`,
}

type preferOptions struct {
	asking
	a, b, passA, passB, out, ids, queries string
	rounds                                int
	scratch, rules, overwrite             bool
}

// winLine is a line of the result.
type winLine struct {
	Set    string  `json:"set"`
	A      string  `json:"system_a"`
	B      string  `json:"system_b"`
	N      int     `json:"n"` // tasks compared
	Win    float64 `json:"win"`
	Lose   float64 `json:"lose"`
	Tie    float64 `json:"tie"` // percent of tasks
	Low    float64 `json:"win_low"`
	High   float64 `json:"win_high"` // 95 %, Wilson
	ByPass int     `json:"rounds_by_pass"`
	Failed int     `json:"failed"` // rounds without an outcome
	// Missing counts tasks that neither system has answered.
	Missing int    `json:"missing"`
	Judge   string `json:"judge"`
}

func runPrefer(ctx context.Context, args []string, s streams) error {
	o, err := parsePrefer(args)
	if err != nil {
		return err
	}
	sets, err := judging.Sets(o.a)
	if err != nil {
		return err
	}
	for i := range sets { // before anything is asked
		for _, path := range []string{o.b, o.passA, o.passB, o.ids} {
			if path == "" {
				continue
			}
			if _, err := sets[i].Match(path); err != nil {
				return err
			}
		}
	}
	compare, err := o.comparer()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o777); err != nil {
		return err
	}
	var lines []winLine
	failed, asked := 0, 0
	for i := range sets {
		l, n, err := o.set(ctx, &sets[i], compare, s)
		if err != nil {
			return err
		}
		failed, asked = failed+l.Failed, asked+n
		lines = append(lines, l)
	}
	if !o.Released() {
		if err := o.print(s, lines); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d comparisons failed: the field failures in %s says why; the same command tries them again", failed, asked, o.out)
	}
	return nil
}

func parsePrefer(args []string) (o preferOptions, err error) {
	fs := flag.NewFlagSet("eval prefer", flag.ContinueOnError)
	o.asking.flags(fs)
	for name, to := range map[string]*string{"a": &o.a, "b": &o.b, "pass-a": &o.passA, "pass-b": &o.passB, "out": &o.out, "ids": &o.ids, "queries": &o.queries} {
		fs.StringVar(to, name, "", "")
	}
	fs.IntVar(&o.rounds, "rounds", 2, "")
	fs.Uint64Var(&o.Seed, "seed", 0, "")
	fs.BoolVar(&o.rules, "rules", false, "")
	fs.BoolVar(&o.scratch, "scratch", false, "")
	fs.BoolVar(&o.overwrite, "overwrite", false, "")
	given, err := o.parse(fs, args)
	if err != nil {
		return o, err
	}
	switch {
	case o.rules && (given["judge"] || given["model"] || given["key-file"] || given["scratch"] || o.Released()):
		return o, usage.Errorf("-rules asks no model, and the release has no such judge: -judge, -model, -key-file, -scratch and -compat have no effect with it")
	case !o.rules && given["queries"]:
		return o, usage.Errorf("-queries has no effect without -rules: a model is not told the right answers")
	case fs.NArg() > 0:
		return o, usage.Errorf("argument %q is not a flag: answers come from -a and -b", fs.Arg(0))
	case o.a == "" || o.b == "":
		return o, usage.Errorf("two systems are needed: give -a and -b")
	case (o.passA == "") != (o.passB == ""):
		return o, usage.Errorf("pass results are needed of both systems or of none: give -pass-a and -pass-b")
	case o.scratch && o.passA == "":
		return o, usage.Errorf("-scratch has no effect without -pass-a and -pass-b: statuses are judged anyway")
	case o.out == "":
		return o, usage.Errorf("no place for the results: give -out DIR")
	case o.rounds < 1 || o.rounds > 1000:
		return o, usage.Errorf("-rounds %d: must be between 1 and 1000", o.rounds)
	case o.Released() && o.passA == "":
		return o, usage.Errorf("-compat released: the release needs pass results: give -pass-a and -pass-b")
	}
	return o, nil
}

// comparer compares two systems.
type comparer interface {
	Name() string
	Prefer(ctx context.Context, ref, out []answers.Converted, o judge.PreferOptions) (*judge.PreferResult, error)
}

func (o *preferOptions) comparer() (comparer, error) {
	if o.rules {
		right, err := judging.Answers(o.queries)
		return judge.Rules{Answers: right}, err
	}
	return o.Judge()
}
