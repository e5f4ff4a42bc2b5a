package judge

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// released compares as the release does with one thread: round by round, all is
// asked first, then the outcomes are collected in order up to the first failure.
func (c *comparison) released(ctx context.Context) error {
	type outcome struct {
		task int
		won  side
		err  error
	}
	for n := range c.o.Rounds {
		var got []outcome
		for i := range c.Preferences {
			p := &c.Preferences[i]
			if p.Complete[n] {
				continue
			}
			won, known := c.byPass(p.ID, n)
			switch {
			case known && won == refWon:
				p.credit(n, won)
				c.Summary.ByPassRef++
			case known && won == outWon:
				p.credit(n, won)
				c.Summary.ByPassOut++
			case c.ref[p.ID] == nil: // the round stays incomplete
				p.Out++
			case c.out[p.ID] == nil:
				p.Ref++
			default:
				x := outcome{task: i}
				x.won, x.err = c.releasedCompare(ctx, p.ID, n)
				if ctx.Err() != nil {
					return ctx.Err()
				}
				got = append(got, x)
			}
		}
		for _, x := range got {
			p := &c.Preferences[x.task]
			if x.err != nil {
				return &Error{p.ID, n, x.err}
			}
			p.credit(n, x.won)
			if c.o.Save != nil {
				if err := c.o.Save(c.Preferences); err != nil {
					return err
				}
			}
		}
	}
	if c.o.Save != nil {
		return c.o.Save(c.Preferences)
	}
	return nil
}

// releasedCompare is one round of a pair. Statuses of pass results stand in the
// order of the systems while the answers are shuffled; equal as they are, that
// does no harm.
func (c *comparison) releasedCompare(ctx context.Context, id string, round int) (side, error) {
	d := c.j.o.Draws
	d.Below(1) // the evaluator
	order := [2]int{0, 1}
	if d.Below(2) == 0 {
		order = [2]int{1, 0}
	}
	pair := [2]*answers.Converted{c.ref[id], c.out[id]}
	pair = [2]*answers.Converted{pair[order[0]], pair[order[1]]}
	var text [2]string
	var status [2]steptool.SolvedStatus
	for i, a := range pair {
		text[i] = pyliteral.Dumps(stripped(a), pyliteral.JSONStyle{ASCII: true})
	}
	a, b := c.refPass[id], c.outPass[id]
	if known := a != nil && b != nil && !c.o.Scratch; known {
		status[0], known = a.Status(round)
		if known {
			status[1], known = b.Status(round)
		}
		if !known {
			return tied, &MissingError{id, fmt.Sprintf("pass result of repeat %d", round)}
		}
	} else {
		for i, a := range pair {
			var err error
			if status[i], err = c.j.check(ctx, a.Query, shown{firstCharacters(a.Answer.FinalAnswer, maxFinal), text[i]}); err != nil {
				return tied, err
			}
		}
	}
	at := outstanding(status)
	if at < 0 {
		var err error
		if at, err = c.releasedSelect(ctx, pair, text); err != nil {
			return tied, err
		}
	}
	return side(order[at]), nil
}

// releasedSelect lets the model choose, in three tries without a pause.
func (c *comparison) releasedSelect(ctx context.Context, pair [2]*answers.Converted, text [2]string) (int, error) {
	for n := 1; ; n++ {
		if identical(pair[0], pair[1]) {
			return c.j.o.Draws.Below(2), nil
		}
		at, err := ask(ctx, c.j, selectBetter, readIndex, pair[0].Query, text[0], text[1])
		if err == nil || n == innerTries || ctx.Err() != nil {
			return at, err
		}
	}
}

// ReleasedText is what the released program prints at the end. Its last count is
// never raised.
func (s *PreferSummary) ReleasedText(set, ref, out string) string {
	return fmt.Sprintf("Test set: %s. Reference model: %s, Candidate model: %s. Win rate: %.2f, Tie rate: %.2f\n"+
		"Origin ref cnt: %d, Origin candidate cnt: %d, wrong_final_answer_tie_cnt: 0\n",
		set, ref, out, 100*s.WinRate(), 100*s.TieRate(), s.ByPassRef, s.ByPassOut)
}
