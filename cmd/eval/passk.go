package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
	"github.com/stepgrain/stepgrain/toolenv/stats"
)

var passkMode = mode{
	name: "passk", flag: "samples", about: "pass@k of several samples per task", run: runPassK,
	help: `Eval passk estimates pass@k: how often at least one of k samples solves a task.

usage: eval -samples DIR [DIR …] [flags]

  -samples DIR     a sample: a folder with files <subset>.json of judged answers.
                   Several: list them, separate them by commas, or give the flag
                   again
  -k LIST          which k (default 1,2,4,8, as far as there are samples)
  -unsure HOW      an Unsure counts as 0 (default) or half: solved with probability 1/2,
                   with which pass@1 is the pass rate
  -resamples N     of the bootstrap intervals (default 2000)
  -seed N          of the same (default 0)
` + outputHelp + `
Of n samples of a task, c of them solved, the estimate is 1 - C(n-c,k)/C(n,k). It is made
for every repeat of the judge; mean and deviation are over those. A task needs a sample in
every folder.

example: eval -samples seed1_cot seed2_cot seed3_cot seed4_cot -k 1,4
`,
}

type passkOptions struct {
	output
	dirs      []string
	k         string
	unsure    string
	resamples int
	seed      uint64
}

// estimate is a line of the result.
type estimate struct {
	Group   string  `json:"group"`
	N       int     `json:"n"` // tasks
	Samples int     `json:"samples"`
	K       int     `json:"k"`
	Pass    float64 `json:"pass_at_k"` // percent, mean over the judge's repeats
	Std     float64 `json:"pass_at_k_std"`
	Low     float64 `json:"pass_at_k_low"` // 95 % over tasks
	High    float64 `json:"pass_at_k_high"`
	Repeats int     `json:"repeats"`
	Judge   string  `json:"judge"`
}

func runPassK(_ context.Context, args []string, s streams) error {
	var o passkOptions
	fs := flag.NewFlagSet("eval passk", flag.ContinueOnError)
	o.output.flags(fs)
	fs.Func("samples", "", func(v string) error { o.dirs = append(o.dirs, strings.Split(v, ",")...); return nil })
	fs.StringVar(&o.k, "k", "", "")
	fs.StringVar(&o.unsure, "unsure", "0", "")
	fs.IntVar(&o.resamples, "resamples", 2000, "")
	fs.Uint64Var(&o.seed, "seed", 0, "")
	for rest := args; len(rest) > 0; { // folders may stand between the flags
		if err := usage.Parse(fs, rest); err != nil {
			return err
		}
		for rest = fs.Args(); len(rest) > 0 && !strings.HasPrefix(rest[0], "-"); rest = rest[1:] {
			o.dirs = append(o.dirs, rest[0])
		}
	}
	ks, err := o.check()
	if err != nil {
		return err
	}
	var samples []metrics.System
	for _, dir := range o.dirs {
		sys, err := loadSystem(dir)
		if err != nil {
			return err
		}
		samples = append(samples, sys)
	}
	set, err := metrics.JoinSamples(samples)
	if err != nil {
		return err
	}
	list := estimates(set, ks, o)
	if len(list) == 0 {
		return fmt.Errorf("%s: there are no answers to measure", strings.Join(o.dirs, ", "))
	}
	switch o.format {
	case "json":
		return printJSON(s.out, list)
	case "csv":
		return printRecords(s.out, list)
	}
	return printTables(s.out, o.format, passkTable(list, ks))
}

func (o *passkOptions) check() (ks []int, err error) {
	if err := o.output.check(); err != nil {
		return nil, err
	}
	switch {
	case len(o.dirs) == 0:
		return nil, usage.Errorf("no samples: give -samples DIR")
	case slices.Contains(o.dirs, ""):
		return nil, usage.Errorf("-samples %s: a folder is missing beside a comma", strings.Join(o.dirs, ","))
	case o.unsure != "0" && o.unsure != "half":
		return nil, usage.Errorf("-unsure %s: must be 0 or half", o.unsure)
	case o.resamples < 1 || o.resamples > 1_000_000:
		return nil, usage.Errorf("-resamples %d: must be between 1 and 1000000", o.resamples)
	}
	if o.k == "" {
		for _, k := range []int{1, 2, 4, 8} {
			if k <= len(o.dirs) {
				ks = append(ks, k)
			}
		}
		return ks, nil
	}
	for _, text := range strings.Split(o.k, ",") {
		k, err := strconv.Atoi(text)
		if err != nil || k < 1 {
			return nil, usage.Errorf("-k %s: %q is not a number from 1 up", o.k, text)
		}
		if k > len(o.dirs) {
			return nil, usage.Errorf("-k %d: there are %d samples of a task, and pass@k needs k at least", k, len(o.dirs))
		}
		if !slices.Contains(ks, k) {
			ks = append(ks, k)
		}
	}
	return ks, nil
}

func estimates(set *metrics.SampleSet, ks []int, o passkOptions) []estimate {
	var list []estimate
	for _, g := range set.Groups() {
		for _, k := range ks {
			e := estimate{Group: g.Name, Samples: len(o.dirs), K: k, Repeats: g.Repeats, Judge: g.Judge}
			strata, std := g.PassAtK(k, o.unsure == "half")
			for _, s := range strata {
				e.N += len(s)
			}
			iv := stats.MeanInterval(strata, stats.Options{Resamples: o.resamples, Seed: o.seed})
			e.Pass, e.Std, e.Low, e.High = 100*stats.Mean(strata), 100*std, 100*iv.Low, 100*iv.High
			list = append(list, e)
		}
	}
	return list
}

func passkTable(list []estimate, ks []int) *table.Table {
	t := &table.Table{Title: fmt.Sprintf("%s of %d samples per task: mean ± deviation over the judge's repeats [95 %% interval over tasks]", marked("pass@k (%)", list[0].Judge), list[0].Samples),
		Columns: []table.Column{table.Left("Group"), table.Right("n")}}
	for _, k := range ks {
		t.Columns = append(t.Columns, table.Right(fmt.Sprintf("pass@%d", k)), table.Right(""))
	}
	for group := range slices.Chunk(list, len(ks)) {
		cells := []string{group[0].Group, fmt.Sprint(group[0].N)}
		for _, e := range group {
			cells = append(cells, fmt.Sprintf("%.1f±%.1f", e.Pass, e.Std), fmt.Sprintf("[%.1f-%.1f]", e.Low, e.High))
		}
		t.Add(cells...)
	}
	if j := list[0].Judge; j != "" {
		t.Notes = append(t.Notes, fmt.Sprintf("[%s] names a judge that is not a language model.", j))
	}
	return t
}
