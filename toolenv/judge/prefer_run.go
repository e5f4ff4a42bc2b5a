package judge

import (
	"context"
	"slices"

	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// comparison is a run of Prefer.
type comparison struct {
	j                *Judge // who chooses; nil for nobody
	scorer           Scorer // who gives statuses
	label            string
	o                PreferOptions
	ref, out         map[string]*answers.Converted
	refPass, outPass map[string]*answers.Judged
	PreferResult
}

// Prefer compares the answers of a system (out) with those of a reference, task by
// task, in some rounds. A task that only one has answered goes to that one. The
// error is as of [Pass].
func (j *Judge) Prefer(ctx context.Context, ref, out []answers.Converted, o PreferOptions) (*PreferResult, error) {
	c := &comparison{j: j, scorer: j, label: o.Label()}
	err := c.run(ctx, ref, out, o)
	return &c.PreferResult, err
}

// Prefer compares without a model: the better status wins, and a tie is what
// equal ones are. Every round is the same.
func (r Rules) Prefer(ctx context.Context, ref, out []answers.Converted, o PreferOptions) (*PreferResult, error) {
	c := &comparison{scorer: r, label: r.Name()}
	err := c.run(ctx, ref, out, o)
	return &c.PreferResult, err
}

func (c *comparison) asReleased() bool { return c.j != nil && c.j.o.Released }

func (c *comparison) run(ctx context.Context, ref, out []answers.Converted, o PreferOptions) error {
	if o.Rounds <= 0 {
		o.Rounds = 2
	}
	c.o, c.ref, c.out, c.refPass, c.outPass = o, byID(ref), byID(out), passByID(o.RefPass), passByID(o.OutPass)
	ids := o.IDs
	if ids == nil {
		for i := range ref {
			ids = append(ids, ref[i].ID)
		}
	}
	old := map[string]Preference{}
	for _, p := range o.Existing {
		old[p.ID] = p
	}
	given := map[string]bool{}
	for _, id := range ids {
		if given[id] {
			continue
		}
		given[id] = true
		p, ok := old[id]
		// The release counts a task that only one system has answered once more
		// whenever it goes on: such an entry is judged anew.
		if !ok || !c.asReleased() && (p.Judge != c.label || p.Ref+p.Out+p.Ties != p.done()) {
			p = Preference{ID: id, Judge: c.label}
		}
		p.Complete = slices.Clone(p.Complete)
		for len(p.Complete) < o.Rounds {
			p.Complete = append(p.Complete, false)
		}
		p.Failures = nil
		c.Preferences = append(c.Preferences, p)
	}
	var err error
	if c.asReleased() {
		err = c.released(ctx)
	} else {
		err = c.judge(ctx)
	}
	c.count()
	return err
}

// done is how many rounds are complete.
func (p *Preference) done() (n int) {
	for _, x := range p.Complete {
		if x {
			n++
		}
	}
	return n
}

func byID(list []answers.Converted) map[string]*answers.Converted {
	m := map[string]*answers.Converted{}
	for i := range list {
		m[list[i].ID] = &list[i]
	}
	return m
}

func passByID(list []answers.Judged) map[string]*answers.Judged {
	m := map[string]*answers.Judged{}
	for i := range list {
		m[list[i].ID] = &list[i]
	}
	return m
}

func (c *comparison) count() {
	s := &c.Summary
	for i := range c.Preferences {
		p := &c.Preferences[i]
		switch {
		case c.asReleased():
		case c.ref[p.ID] == nil && c.out[p.ID] == nil:
			s.Missing++
			continue
		case p.done() == 0:
			s.Failed++
			continue
		}
		s.Tasks++
		switch {
		case p.Ref > p.Out:
			s.Losses++
		case p.Ref < p.Out:
			s.Wins++
		default:
			s.Ties++
		}
	}
}

// byPass compares the pass results of a round. known tells whether both have one.
func (c *comparison) byPass(id string, round int) (won side, known bool) {
	a, b := c.refPass[id], c.outPass[id]
	if a == nil || b == nil {
		return tied, false
	}
	i, k := round, round
	if !c.asReleased() {
		i, k = repeatOf(a, round), repeatOf(b, round)
		_, ok := a.Status(i)
		if _, ok2 := b.Status(k); !ok || !ok2 {
			return tied, false
		}
	}
	switch x, y := a.Score(i), b.Score(k); {
	case x > y:
		return refWon, true
	case x < y:
		return outWon, true
	}
	return tied, true
}

// repeatOf is the repeat that counts in a round: rules say the same in each, and
// their results hold the first only.
func repeatOf(j *answers.Judged, round int) int {
	if j.Judge == RulesName {
		return 0
	}
	return round
}

// credit writes down who won a round.
func (p *Preference) credit(round int, won side) {
	switch won {
	case refWon:
		p.Ref++
	case outWon:
		p.Out++
	case tied:
		p.Ties++
	}
	p.Complete[round] = true
}
