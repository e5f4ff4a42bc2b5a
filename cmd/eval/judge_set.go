package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/judge"
)

// set judges one set of answers, in so many judgements.
func (o *judgeOptions) set(ctx context.Context, set *judging.Set, scorer judge.Scorer, s streams) (l passLine, asked int, err error) {
	list, err := answers.Load(set.Path)
	if err != nil {
		return l, 0, err
	}
	po := judge.PassOptions{Repeats: o.repeats, Threads: o.Threads}
	if po.IDs, err = set.IDs(o.ids); err != nil {
		return l, 0, err
	}
	out := filepath.Join(o.out, set.Name)
	if !o.overwrite {
		po.Existing, err = answers.LoadJudged(out + ".json")
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return l, 0, fmt.Errorf("%w (-overwrite begins anew)", err)
		case !o.Released():
			if err := o.goOn(out+".json", scorer.Name(), list, &po); err != nil {
				return l, 0, err
			}
		default:
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
		return l, 0, err
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
	return l, len(r.Judged) * o.repeats, err
}

// goOn checks whether earlier results can be gone on with.
func (o *judgeOptions) goOn(path, label string, list []answers.Converted, po *judge.PassOptions) error {
	old := make([]judging.Made, len(po.Existing))
	for i, e := range po.Existing {
		old[i] = judging.Made{ID: e.ID, Label: e.Judge}
	}
	if o.rules {
		po.Existing = nil // they may know more right answers now, and cost nothing
		return judging.GoOn(path, old, label, nil)
	}
	tasks := map[string]bool{}
	for i := range list {
		tasks[list[i].ID] = po.IDs == nil || slices.Contains(po.IDs, list[i].ID)
	}
	return judging.GoOn(path, old, label, tasks)
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
