package main

import (
	"context"
	"fmt"
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

// withSignals returns a context that ends with the first Ctrl-C or SIGTERM. The
// second signal ends the process: files are whole or absent whenever that happens.
func withSignals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals, over := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(interrupted{s})
		case <-over:
		}
	}()
	return ctx, func() { signal.Stop(signals); close(over); cancel(nil) }
}
