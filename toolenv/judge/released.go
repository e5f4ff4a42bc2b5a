package judge

import (
	"context"
	"time"
)

// The released retries: three tries around one question, with four seconds
// between them; around each thing that is judged, waits of random length up to
// 1 s, 2 s, 4 s …, given up after 15 s.
const (
	innerTries = 3
	innerWait  = 4 * time.Second
	outerLimit = 15 * time.Second
)

// releasedCall is call with the inner tries.
func (j *Judge) releasedCall(ctx context.Context, f *function, values []string) (any, error) {
	for n := 1; ; n++ {
		v, err := j.call(ctx, f, values)
		if err == nil || n == innerTries || ctx.Err() != nil {
			return v, err
		}
		if err := j.o.Clock.Sleep(ctx, innerWait); err != nil {
			return nil, err
		}
	}
}

// backOff repeats what fails, with the outer waits. Each try draws the evaluator
// first, one of one.
func (j *Judge) backOff(ctx context.Context, try func() error) error {
	start := j.o.Clock.Now().Round(time.Microsecond) // Python's resolution
	for most := 1.0; ; most *= 2 {
		// The limit goes by the time before a try, however long that takes.
		left := outerLimit - j.o.Clock.Now().Round(time.Microsecond).Sub(start)
		j.o.Draws.Below(1)
		err := try()
		if err == nil || ctx.Err() != nil {
			return err
		}
		if left <= 0 {
			return err
		}
		wait := time.Duration(j.o.Draws.Random() * most * float64(time.Second))
		if err := j.o.Clock.Sleep(ctx, min(wait, left)); err != nil {
			return err
		}
	}
}

// ReleasedStart draws what the release draws when it starts, for a pool of n keys,
// and returns the index of the key that it uses first. Draws have to be those of
// Python's generator after seed(42), untouched.
func ReleasedStart(d Draws, n int) int {
	d.Below(2) // a position in the empty pool
	at := d.Below(n+2) - 1
	return (at + 1) % max(n, 1)
}

// ReleasedModel is what the released evaluators ask when nobody says otherwise.
const ReleasedModel = "gpt-3.5-turbo-16k"
