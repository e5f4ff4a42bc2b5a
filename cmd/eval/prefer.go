package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/judge"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
)

var preferMode = mode{
	name: "prefer", about: "which of two systems answers better (win rate)", run: runPrefer,
	help: `Eval prefer compares the answers of system B with those of a reference A, task by task.

usage: eval prefer -a FILE|DIR -b FILE|DIR -judge URL -out DIR [flags]

  -a, -b           converted answers: files, or folders with files <set>.json
  -pass-a, -pass-b pass results of both (eval judge): where they differ in a round the better
                   one wins without a question, and statuses are not judged again
  -scratch         with pass results that are equal: judge the statuses again
  -out DIR         where <set>.json and <set>.csv go; what is there already is gone on with
  -ids PATH        the tasks to compare, a file or a folder with files <set>.json
  -rounds N        comparisons of each pair (default 2); the order of the two answers is
                   drawn for each
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
	output
	judging.Flags
	a, b, passA, passB, out, ids string
	rounds                       int
	scratch, overwrite           bool
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
	Judge  string  `json:"judge"`
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
	j, err := o.Judge()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o777); err != nil {
		return err
	}
	var lines []winLine
	failed := 0
	for i := range sets {
		l, err := o.set(ctx, &sets[i], j, s)
		if err != nil {
			return err
		}
		failed += l.Failed
		lines = append(lines, l)
	}
	if !o.Released() {
		if err := o.print(s, lines); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d comparisons failed: the field failures in %s says why; the same command tries them again", failed, o.out)
	}
	return nil
}

func parsePrefer(args []string) (o preferOptions, err error) {
	fs := flag.NewFlagSet("eval prefer", flag.ContinueOnError)
	o.output.flags(fs)
	o.Register(fs)
	for name, to := range map[string]*string{"a": &o.a, "b": &o.b, "pass-a": &o.passA, "pass-b": &o.passB, "out": &o.out, "ids": &o.ids} {
		fs.StringVar(to, name, "", "")
	}
	fs.IntVar(&o.rounds, "rounds", 2, "")
	fs.BoolVar(&o.scratch, "scratch", false, "")
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
	switch {
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

// pair is one set as both systems answered it.
type pair struct {
	a, b         []answers.Converted
	nameA, nameB string
}

func (o *preferOptions) load(set *judging.Set) (p pair, err error) {
	path, err := set.Match(o.b)
	if err != nil {
		return p, err
	}
	if p.a, err = answers.Load(set.Path); err != nil {
		return p, err
	}
	if p.b, err = answers.Load(path); err != nil {
		return p, err
	}
	other, err := judging.Sets(path)
	if err != nil {
		return p, err
	}
	p.nameA, p.nameB = set.Model, other[0].Model
	if p.nameA == p.nameB { // two files of one folder
		p.nameA, p.nameB = p.nameA+"/"+set.Name, p.nameB+"/"+other[0].Name
	}
	if p.nameA == p.nameB {
		return p, usage.Errorf("-a and -b are both called %s: results are kept by name", p.nameA)
	}
	return p, nil
}

func (o *preferOptions) set(ctx context.Context, set *judging.Set, j *judge.Judge, s streams) (l winLine, err error) {
	p, err := o.load(set)
	if err != nil {
		return l, err
	}
	po := judge.PreferOptions{Rounds: o.rounds, Threads: o.Threads, Scratch: o.scratch}
	if po.IDs, err = set.IDs(o.ids); err != nil {
		return l, err
	}
	for path, to := range map[string]*[]answers.Judged{o.passA: &po.RefPass, o.passB: &po.OutPass} {
		if path == "" {
			continue
		}
		file, err := set.Match(path)
		if err != nil {
			return l, err
		}
		if *to, err = answers.LoadJudged(file); err != nil {
			return l, err
		}
	}
	if o.passA != "" && o.passA == o.passB {
		po.OutPass = po.RefPass
	}
	if o.Released() {
		fmt.Fprintf(s.out, "Evaluating %s...\n", set.Name)
	}
	out := filepath.Join(o.out, set.Name)
	if !o.overwrite {
		if po.Existing, err = loadPreferences(out+".json", p.nameA, p.nameB); err != nil {
			return l, fmt.Errorf("%w (-overwrite begins anew)", err)
		}
	}
	save := func(list []judge.Preference) error {
		return renameio.WriteFile(out+".json", []byte(judge.PreferText(list, p.nameA, p.nameB)), 0o644)
	}
	progress := judging.Progress(s.err, "eval", set.Name, "rounds", len(p.a)*o.rounds)
	po.Save = judging.NowAndThen(func(list []judge.Preference) error {
		done := 0
		for _, x := range list {
			done += x.Ref + x.Out + x.Ties
		}
		progress(done)
		return save(list)
	})
	r, err := j.Prefer(ctx, p.a, p.b, po)
	if err2 := save(r.Preferences); err == nil {
		err = err2
	}
	if err != nil {
		return l, err
	}
	csv, err := judge.PreferCSV(r.Preferences, p.nameA, p.nameB, p.a, p.b, o.Released())
	if err2 := renameio.WriteFile(out+".csv", csv, 0o644); err == nil {
		err = err2
	}
	m := r.Summary
	if err == nil && o.Released() {
		_, err = fmt.Fprint(s.out, m.ReleasedText(set.Name, p.nameA, p.nameB))
	}
	low, high := metrics.Wilson(m.Wins, m.Tasks)
	n := float64(max(m.Tasks, 1))
	l = winLine{Set: set.Name, A: p.nameA, B: p.nameB, N: m.Tasks, Judge: o.ModelName(), ByPass: m.ByPassRef + m.ByPassOut,
		Win: 100 * m.WinRate(), Tie: 100 * m.TieRate(), Lose: 100 * float64(m.Losses) / n, Low: 100 * low, High: 100 * high}
	for _, x := range r.Preferences {
		l.Failed += len(x.Failures)
	}
	return l, err
}

func loadPreferences(path, a, b string) ([]judge.Preference, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := judge.ParsePreferences(string(text), a, b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

func (o *preferOptions) print(s streams, lines []winLine) error {
	switch o.format {
	case "json":
		return printJSON(s.out, lines)
	case "csv":
		return printRecords(s.out, lines)
	}
	t := &table.Table{Title: fmt.Sprintf("%s (B) against %s (A), judged by %s (%% of tasks)", lines[0].B, lines[0].A, lines[0].Judge),
		Columns: []table.Column{table.Left("Set"), table.Right("n"), table.Right("B wins"), table.Right("95 %"), table.Right("A wins"), table.Right("Tie"),
			table.Right("By pass"), table.Right("Failed")},
		Notes: []string{"A task goes to the system that wins more rounds. By pass counts rounds that pass results decided, Failed those without an outcome."}}
	for _, l := range lines {
		t.Add(l.Set, fmt.Sprint(l.N), fmt.Sprintf("%.1f", l.Win), fmt.Sprintf("%.1f to %.1f", l.Low, l.High), fmt.Sprintf("%.1f", l.Lose),
			fmt.Sprintf("%.1f", l.Tie), fmt.Sprint(l.ByPass), fmt.Sprint(l.Failed))
	}
	return printTables(s.out, o.format, t)
}
