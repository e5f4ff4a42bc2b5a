package pipeline

import (
	"context"
	"errors"
	"slices"
	"testing"
)

// counted is a loop of n steps that notes where it was saved; before runs in
// front of every step.
func counted(n int, saves *[]int, before func(at int) error) loop {
	at := 0
	return loop{
		at: func() int { return at }, done: func() bool { return at >= n }, every: 2,
		step: func(context.Context) error {
			if err := before(at); err != nil {
				return err
			}
			at++
			return nil
		},
		save: func() error { *saves = append(*saves, at); return nil },
	}
}

func TestLoopSavesEverySoOften(t *testing.T) {
	nothing := func(int) error { return nil }
	var saves []int
	l := counted(4, &saves, nothing)
	if err := l.run(t.Context()); err != nil || !slices.Equal(saves, []int{2}) {
		t.Errorf("saved after %v, error %v", saves, err)
	}
	saves = nil
	l = counted(5, &saves, nothing)
	l.last = true
	if err := l.run(t.Context()); err != nil || !slices.Equal(saves, []int{2, 4, 5}) {
		t.Errorf("saved after %v, error %v", saves, err)
	}
	if err := l.run(t.Context()); err != nil || len(saves) != 3 {
		t.Errorf("nothing was left to do: saved after %v, error %v", saves, err)
	}
}

// An interrupt keeps the complete steps, once; another failure keeps nothing.
func TestLoopKeepsCompleteSteps(t *testing.T) {
	for _, c := range []struct {
		stop  int
		saves []int
	}{{0, nil}, {2, []int{2}}, {3, []int{2, 3}}} {
		ctx, cancel := context.WithCancel(t.Context())
		var saves []int
		err := counted(9, &saves, func(at int) error {
			if at == c.stop {
				cancel()
				return ctx.Err() // in the middle of the step
			}
			return nil
		}).run(ctx)
		if !errors.Is(err, context.Canceled) || !slices.Equal(saves, c.saves) {
			t.Errorf("interrupted in step %d: saved after %v, error %v", c.stop, saves, err)
		}
	}
	broken := errors.New("broken")
	var saves []int
	err := counted(9, &saves, func(at int) error {
		if at == 3 {
			return broken
		}
		return nil
	}).run(t.Context())
	if err != broken || !slices.Equal(saves, []int{2}) {
		t.Errorf("saved after %v, error %v", saves, err)
	}
}

func TestLoopReportsAFailedSave(t *testing.T) {
	full := errors.New("disk full")
	var saves []int
	l := counted(4, &saves, func(int) error { return nil })
	l.save = func() error { return full }
	if err := l.run(t.Context()); err != full {
		t.Errorf("got %v", err)
	}
}
