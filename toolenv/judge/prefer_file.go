package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// PreferText is the text of a preference file: by task, the rounds won by each
// system and the state of every round.
func PreferText(list []Preference, ref, out string) string {
	file := make(pyliteral.Dict, len(list))
	for i, p := range list {
		d := pyliteral.Dict{item(ref, p.Ref), item(out, p.Out)}
		for n, done := range p.Complete {
			state := "incomplete"
			if done {
				state = "complete"
			}
			d = append(d, item(fmt.Sprintf("round_%d", n), state))
		}
		if p.Ties > 0 {
			d = append(d, item("ties", p.Ties))
		}
		if p.Judge != "" {
			d = append(d, item("judge", p.Judge))
		}
		if len(p.Failures) > 0 {
			var f pyliteral.Dict
			for _, x := range p.Failures {
				f = append(f, item(strconv.Itoa(x.Repeat), x.Reason))
			}
			d = append(d, item("failures", f))
		}
		file[i] = item(p.ID, d)
	}
	return pyliteral.Dumps(file, pyliteral.JSONStyle{Indent: "    "})
}

// ParsePreferences reads a preference file of two systems. Failures are not kept:
// what failed is incomplete.
func ParsePreferences(text, ref, out string) ([]Preference, error) {
	v, err := pyliteral.FromJSON(text)
	if err != nil {
		return nil, err
	}
	file, ok := v.(pyliteral.Dict)
	if !ok {
		return nil, fmt.Errorf("expected an object of preferences by query id, found %s", short(v))
	}
	var list []Preference
	for _, it := range file {
		p := Preference{ID: it.Key.(string)}
		d, _ := it.Value.(pyliteral.Dict)
		for i, name := range []string{ref, out, "ties"} {
			to := []*int{&p.Ref, &p.Out, &p.Ties}[i]
			v, ok := d.Get(name)
			n, isInt := v.(int64)
			if !isInt && (ok || name != "ties") {
				return nil, fmt.Errorf("query %s: %s has %s rounds: is this a comparison of %s and %s?", p.ID, name, short(v), ref, out)
			}
			*to = int(n)
		}
		for n := 0; ; n++ {
			state, ok := d.Get(fmt.Sprintf("round_%d", n))
			if !ok {
				break
			}
			p.Complete = append(p.Complete, state == "complete")
		}
		if v, ok := d.Get("judge"); ok {
			if p.Judge, ok = v.(string); !ok {
				return nil, fmt.Errorf("query %s: judge is %s, not a text", p.ID, short(v))
			}
		}
		list = append(list, p)
	}
	return list, nil
}

// PreferColumns are the columns of the CSV twin of a preference file.
var PreferColumns = []string{
	"query", "available_tools", "ref_model_intermediate_steps", "ref_model_final_step",
	"output_model_intermediate_steps", "output_model_final_step", "preference_label", "query_id", "ref_model", "output_model",
}

// PreferCSV is the CSV twin of a preference file; preference_label is 1 where the
// reference won more rounds, 2 where the other did, 3 for a tie. Preferences with a
// label get one more column, judge. A task that a
// system has not answered has empty cells; with released it ends the table with a
// [MissingError].
func PreferCSV(list []Preference, ref, out string, refList, outList []answers.Converted, released bool) ([]byte, error) {
	a, b := byID(refList), byID(outList)
	head := PreferColumns
	label := slices.ContainsFunc(list, func(p Preference) bool { return p.Judge != "" })
	if label {
		head = append(head[:len(head):len(head)], "judge")
	}
	text := answers.AppendTabRow(nil, head...)
	for _, p := range list {
		won := "3"
		switch {
		case p.Ref > p.Out:
			won = "1"
		case p.Ref < p.Out:
			won = "2"
		}
		x, y := a[p.ID], b[p.ID]
		for i, c := range []*answers.Converted{x, y} {
			if c == nil && released {
				return text, &Error{p.ID, 0, &MissingError{p.ID, "answer of " + []string{ref, out}[i]}}
			}
		}
		either := x
		if either == nil {
			either = y
		}
		if either == nil {
			either = &answers.Converted{}
		}
		row := []string{either.Query, pyliteral.Repr(words(either.FunctionNames()...))}
		for _, c := range []*answers.Converted{x, y} {
			if c == nil {
				c = &answers.Converted{}
			}
			steps, final, _ := c.Steps()
			row = append(row, strings.Join(steps, "\n"), final)
		}
		row = append(row, won, p.ID, ref, out)
		if label {
			row = append(row, p.Judge)
		}
		text = answers.AppendTabRow(text, row...)
	}
	return text, nil
}
