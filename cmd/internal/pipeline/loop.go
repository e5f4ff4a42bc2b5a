package pipeline

import (
	"cmp"
	"context"
	"errors"
)

// loop is a stage of training seen from outside: how far it is, how it takes a
// step, and how what it has learned is kept.
type loop struct {
	at    func() int                  // complete steps
	done  func() bool                 // no step is left
	step  func(context.Context) error // takes one and records it
	every int                         // steps from one checkpoint to the next
	save  func() error                // makes a checkpoint
	last  bool                        // one follows the last step too
}

// run takes the steps that are left. When ctx ends, there is a checkpoint of the
// last complete one.
func (l loop) run(ctx context.Context) error {
	saved := l.at()
	for !l.done() {
		err := ctx.Err()
		if err == nil {
			err = l.step(ctx)
		}
		switch {
		case err != nil && errors.Is(err, ctx.Err()) && l.at() > saved:
			return cmp.Or(l.save(), err)
		case err != nil:
			return err
		case l.done() && l.last, !l.done() && l.at()%l.every == 0:
			if err := l.save(); err != nil {
				return err
			}
			saved = l.at()
		}
	}
	return nil
}
