package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// interrupted is the cause of a context that a signal ended.
type interrupted struct{ signal os.Signal }

func (i interrupted) Error() string { return fmt.Sprintf("stopped by signal: %v", i.signal) }

// status is the exit status that shells expect: 128 + the signal's number.
func (i interrupted) status() int {
	if i.signal == syscall.SIGTERM {
		return 143
	}
	return 130
}

// withSignals returns a context that ends with the first Ctrl-C or SIGTERM, and
// a function that ends the watch. The second signal ends the process at once:
// checkpoints are complete or absent whenever that happens.
func withSignals(parent context.Context, stderr io.Writer) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals, over := make(chan os.Signal, 2), make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for first := true; ; first = false {
			select {
			case s := <-signals:
				if first {
					cancel(interrupted{s})
					continue
				}
				fmt.Fprintln(stderr, "train: stopped at once; -resume goes on from the latest checkpoint")
				os.Exit(interrupted{s}.status())
			case <-over:
				return
			}
		}
	}()
	return ctx, func() { signal.Stop(signals); close(over); cancel(nil) }
}
