package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/judge"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
)

// set compares one set of answers, in so many rounds.
func (o *preferOptions) set(ctx context.Context, set *judging.Set, j comparer, s streams) (l winLine, rounds int, err error) {
	p, err := o.load(set)
	if err != nil {
		return l, 0, err
	}
	po := judge.PreferOptions{Rounds: o.rounds, Threads: o.Threads, Scratch: o.scratch}
	if po.IDs, err = set.IDs(o.ids); err != nil {
		return l, 0, err
	}
	for i, path := range []string{o.passA, o.passB} {
		if path == "" {
			continue
		}
		file, err := set.Match(path)
		if err != nil {
			return l, 0, err
		}
		if *[]*[]answers.Judged{&po.RefPass, &po.OutPass}[i], err = answers.LoadJudged(file); err != nil {
			return l, 0, err
		}
	}
	if o.Released() {
		fmt.Fprintf(s.out, "Evaluating %s...\n", set.Name)
	}
	out := filepath.Join(o.out, set.Name)
	if !o.overwrite {
		if po.Existing, err = loadPreferences(out+".json", p.nameA, p.nameB); err != nil {
			return l, 0, fmt.Errorf("%w (-overwrite begins anew)", err)
		}
	}
	label := j.Name()
	if label == "" {
		label = po.Label()
	}
	if !o.Released() {
		if err := o.goOn(out+".json", label, p.a, &po); err != nil {
			return l, 0, err
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
		return l, 0, err
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
	l = winLine{Set: set.Name, A: p.nameA, B: p.nameB, N: m.Tasks, Missing: m.Missing, ByPass: m.ByPassRef + m.ByPassOut,
		Win: 100 * m.WinRate(), Tie: 100 * m.TieRate(), Lose: 100 * float64(m.Losses) / n, Low: 100 * low, High: 100 * high}
	switch {
	case o.rules:
		l.Judge = label
	case label != "":
		l.Judge = o.ModelName() + ", pass results by " + label
	default:
		l.Judge = o.ModelName()
	}
	for _, x := range r.Preferences {
		l.Failed += len(x.Failures)
	}
	return l, len(r.Preferences) * o.rounds, err
}

func (o *preferOptions) print(s streams, lines []winLine) error {
	switch o.format {
	case "json":
		return printJSON(s.out, lines)
	case "csv":
		return printRecords(s.out, lines)
	}
	title := fmt.Sprintf("%s (B) against %s (A), judged by %s (%% of tasks)", lines[0].B, lines[0].A, lines[0].Judge)
	if lines[0].Judge != o.ModelName() {
		title = "[rules] " + title
	}
	t := &table.Table{Title: title,
		Columns: []table.Column{table.Left("Set"), table.Right("n"), table.Right("B wins"), table.Right("95 %"), table.Right("A wins"), table.Right("Tie"),
			table.Right("By pass"), table.Right("No answer"), table.Right("Failed")},
		Notes: []string{"A task goes to the system that wins more rounds. By pass counts rounds that pass results decided, Failed those without an outcome, No answer tasks that neither has answered."}}
	for _, l := range lines {
		t.Add(l.Set, fmt.Sprint(l.N), fmt.Sprintf("%.1f", l.Win), fmt.Sprintf("%.1f to %.1f", l.Low, l.High), fmt.Sprintf("%.1f", l.Lose),
			fmt.Sprintf("%.1f", l.Tie), fmt.Sprint(l.ByPass), fmt.Sprint(l.Missing), fmt.Sprint(l.Failed))
	}
	return printTables(s.out, o.format, t)
}
