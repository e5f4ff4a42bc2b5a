package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"

	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/judge"
)

var agreementMode = mode{
	name: "agreement", about: "how far evaluators agree with preferences of people", run: runAgreement,
	help: `Eval agreement says how far evaluators agree with preferences of people.

usage: eval agreement -labels FILE [flags]

  -labels FILE     one JSON object a line, a pair of answers each:
                   {"id": "7", "labels": {"anna": 0, "ben": 1}, "evaluators": {"gpt-4": [0, 0, 1]}}
                   0: the first is better, 1: the second, 2: neither. An evaluator may have
                   several statements; "evaluators" may be left out
  -prefer FILE     add the outcome of eval prefer as an evaluator; ids are those of tasks
  -a, -b NAME      with -prefer: the names of the two systems in it, first and second
  -name NAME       with -prefer: what to call the evaluator (default prefer)
` + outputHelp + `
Evaluators are compared with the majority of all people, people with that of the others.
Agreement: how often a statement is the majority's. Bias: how often the majority of the
evaluator's own statements is not. Variance: how much its statements about a pair scatter.

example: eval agreement -labels people.jsonl -prefer preference/G1_tool.json -a sft -b steptool
`,
}

// agreementLine is a line of the result.
type agreementLine struct {
	Name      string             `json:"name"`
	Kind      string             `json:"kind"` // evaluator or person
	N         int                `json:"n"`    // pairs
	Agreement float64            `json:"agreement"`
	Low       float64            `json:"agreement_low"`
	High      float64            `json:"agreement_high"`
	Bias      float64            `json:"bias"`
	Variance  float64            `json:"variance"`
	Each      map[string]float64 `json:"each"`
}

func runAgreement(_ context.Context, args []string, s streams) error {
	var o output
	fs := flag.NewFlagSet("eval agreement", flag.ContinueOnError)
	o.flags(fs)
	labels := fs.String("labels", "", "")
	prefer := fs.String("prefer", "", "")
	a, b := fs.String("a", "", ""), fs.String("b", "", "")
	name := fs.String("name", "prefer", "")
	if err := usage.Parse(fs, args); err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	switch {
	case fs.NArg() > 0:
		return usage.Errorf("argument %q is not a flag: labels come from -labels", fs.Arg(0))
	case *labels == "":
		return usage.Errorf("no labels: give -labels FILE")
	case *prefer != "" && (*a == "" || *b == ""):
		return usage.Errorf("-prefer %s: give the names of its two systems with -a and -b", *prefer)
	case *prefer == "" && (*a != "" || *b != "" || *name != "prefer"):
		return usage.Errorf("-a, -b and -name have no effect without -prefer")
	}
	list, err := judge.LoadLabelled(*labels)
	if err != nil {
		return err
	}
	if *prefer != "" {
		outcome, err := loadPreferences(*prefer, *a, *b)
		if err != nil {
			return err
		}
		if judge.AddPreferences(list, *name, outcome) == 0 {
			return fmt.Errorf("%s: none of its tasks is labelled in %s", *prefer, *labels)
		}
	}
	got := judge.Agreement(list)
	lines := make([]agreementLine, len(got))
	for i, g := range got {
		lines[i] = agreementLine{g.Name, "evaluator", g.Pairs, g.Agreement, g.Low, g.High, g.Bias, g.Variance, g.Each}
		if g.Human {
			lines[i].Kind = "person"
		}
	}
	switch o.format {
	case "json":
		return printJSON(s.out, lines)
	case "csv":
		for i := range lines {
			lines[i].Each = nil // has no place in a row
		}
		return printRecords(s.out, lines)
	}
	return printTables(s.out, o.format, agreementTable(lines), eachTable(lines))
}

func agreementTable(lines []agreementLine) *table.Table {
	t := &table.Table{Title: "Agreement with the majority of people (people: of the others)", Columns: []table.Column{table.Left("Name"), table.Left("Kind"),
		table.Right("n"), table.Right("Agreement"), table.Right("95 %"), table.Right("Bias"), table.Right("Variance")}}
	for _, l := range lines {
		if l.N == 0 { // nobody to compare with
			t.Add(l.Name, l.Kind, "0", "-", "-", "-", "-")
			continue
		}
		t.Add(l.Name, l.Kind, fmt.Sprint(l.N), fmt.Sprintf("%.3f", l.Agreement), fmt.Sprintf("%.3f to %.3f", l.Low, l.High),
			fmt.Sprintf("%.3f", l.Bias), fmt.Sprintf("%.3f", l.Variance))
	}
	return t
}

func eachTable(lines []agreementLine) *table.Table {
	people := map[string]bool{}
	for _, l := range lines {
		for who := range l.Each {
			people[who] = true
		}
	}
	names := slices.Sorted(maps.Keys(people))
	t := &table.Table{Title: "Agreement with each of them", Columns: []table.Column{table.Left("Name")}}
	for _, who := range names {
		t.Columns = append(t.Columns, table.Right(who))
	}
	for _, l := range lines {
		cells := []string{l.Name}
		for _, who := range names {
			if x, ok := l.Each[who]; ok {
				cells = append(cells, fmt.Sprintf("%.3f", x))
			} else {
				cells = append(cells, "-")
			}
		}
		t.Add(cells...)
	}
	return t
}
