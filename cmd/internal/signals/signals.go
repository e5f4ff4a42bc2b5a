// Package signals lets commands end in order when somebody stops them.
package signals

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Stopped is the cause of a context that a signal ended.
type Stopped struct{ Signal os.Signal }

func (s Stopped) Error() string { return fmt.Sprintf("stopped by signal: %v", s.Signal) }

// Status is the exit status that shells expect: 128 + the signal's number.
func (s Stopped) Status() int {
	if s.Signal == syscall.SIGTERM {
		return 143
	}
	return 130
}

// Of returns what stopped a context of this package, false if no signal did.
func Of(ctx context.Context) (Stopped, bool) {
	var s Stopped
	ok := errors.As(context.Cause(ctx), &s)
	return s, ok
}

// together is how long signals count as one: timeout(1) and others send the same to
// a process and to its group.
const together = 100 * time.Millisecond

// Context returns a context that ends with the first Ctrl-C or SIGTERM, and a
// function that ends the watch. A second signal ends the process at once: commands
// write files that are whole or absent whenever that happens. If there is something
// to say before, second says it.
func Context(parent context.Context, second func()) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	c, over := make(chan os.Signal, 2), make(chan struct{})
	signal.Notify(c, os.Interrupt, syscall.SIGTERM)
	go func() {
		var first time.Time
		for {
			select {
			case s := <-c:
				if first.IsZero() {
					first = time.Now()
					cancel(Stopped{s})
				}
				if time.Since(first) < together {
					continue
				}
				if second != nil {
					second()
				}
				os.Exit(Stopped{s}.Status())
			case <-over:
				return
			}
		}
	}()
	return ctx, func() { signal.Stop(c); close(over); cancel(nil) }
}
