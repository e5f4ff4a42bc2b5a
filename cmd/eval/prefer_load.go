package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/judge"
)

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

// goOn checks whether earlier results can be gone on with.
func (o *preferOptions) goOn(path, label string, a []answers.Converted, po *judge.PreferOptions) error {
	old := make([]judging.Made, len(po.Existing))
	for i, e := range po.Existing {
		old[i] = judging.Made{ID: e.ID, Label: e.Judge}
	}
	if o.rules {
		po.Existing = nil // they may know more right answers now, and cost nothing
		return judging.GoOn(path, old, label, nil)
	}
	tasks := map[string]bool{}
	for _, id := range po.IDs {
		tasks[id] = true
	}
	for i := range a {
		tasks[a[i].ID] = tasks[a[i].ID] || po.IDs == nil
	}
	return judging.GoOn(path, old, label, tasks)
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
