package judge

import (
	"context"
	"slices"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// judge makes the comparisons that are missing, some at once.
func (c *comparison) judge(ctx context.Context) error {
	type pair struct {
		task, round int
		won         side
		err         error
	}
	var todo []pair
	for i := range c.Preferences {
		p := &c.Preferences[i]
		for n := range c.o.Rounds {
			if p.Complete[n] {
				continue
			}
			a, b := c.ref[p.ID], c.out[p.ID]
			won, known := c.byPass(p.ID, n)
			switch {
			case a == nil && b == nil: // counted as missing
			case b == nil:
				p.credit(n, refWon)
			case a == nil:
				p.credit(n, outWon)
			case known && won != tied:
				p.credit(n, won)
				if won == refWon {
					c.Summary.ByPassRef++
				} else {
					c.Summary.ByPassOut++
				}
			default:
				todo = append(todo, pair{task: i, round: n})
			}
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var failed error
	var h health
	each(ctx, len(todo), c.o.Threads, func(k int) {
		x := &todo[k]
		x.won, x.err = c.compare(ctx, c.Preferences[x.task].ID, x.round)
	}, func(k int) {
		x := &todo[k]
		p := &c.Preferences[x.task]
		switch {
		case failed != nil || x.err != nil && ctx.Err() != nil:
			return
		case x.err != nil:
			p.Failures = append(p.Failures, answers.Failure{Repeat: x.round, Reason: x.err.Error()})
			slices.SortFunc(p.Failures, func(a, b answers.Failure) int { return a.Repeat - b.Repeat })
		default:
			p.credit(x.round, x.won)
		}
		if failed = h.note(x.err); failed == nil && c.o.Save != nil {
			failed = c.o.Save(c.Preferences)
		}
		if failed != nil {
			cancel()
		}
	})
	if failed != nil {
		return failed
	}
	return ctx.Err()
}

// compare judges one round: the one solved answer wins, else the one unsure
// answer, else the model chooses. Equal answers are a tie.
func (c *comparison) compare(ctx context.Context, id string, round int) (side, error) {
	pair := [2]*answers.Converted{c.ref[id], c.out[id]}
	if identical(pair[0], pair[1]) {
		return tied, nil
	}
	if _, known := c.byPass(id, round); !known || c.o.Scratch {
		var status [2]steptool.SolvedStatus
		for i, a := range pair {
			var err error
			if status[i], err = c.scorer.Status(ctx, a); err != nil {
				return tied, err
			}
		}
		if i := outstanding(status); i >= 0 {
			return side(i), nil
		}
	}
	if c.j == nil {
		return tied, nil
	}
	order := [2]int{0, 1}
	if rng.New(c.j.o.Seed, "prefer", id, round).IntN(2) == 1 {
		order = [2]int{1, 0}
	}
	at, err := ask(ctx, c.j, selectBetter, readIndex, pair[0].Query, shownJSON(pair[order[0]]), shownJSON(pair[order[1]]))
	if err != nil {
		return tied, err
	}
	return side(order[at]), nil
}

// outstanding is the index of the only solved one, else of the only unsure one
// when none is solved, else -1.
func outstanding(status [2]steptool.SolvedStatus) int {
	for _, s := range []steptool.SolvedStatus{steptool.Solved, steptool.Unsure} {
		switch {
		case status[0] == s && status[1] == s:
			return -1
		case status[0] == s:
			return 0
		case status[1] == s:
			return 1
		}
	}
	return -1
}
