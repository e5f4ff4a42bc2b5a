package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the command: it returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, help)
		return 0
	}
	if err == nil {
		ctx, status, stop := untilSignal()
		defer stop()
		err = generate(ctx, o, stdin, stdout)
		if s := status.Load(); s != 0 && errors.Is(err, context.Canceled) {
			fmt.Fprintln(stderr, "generate: interrupted")
			return int(s)
		}
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, syscall.EPIPE): // the reader has seen enough
		return 1
	}
	return usage.Report(stderr, "generate", err)
}

// untilSignal returns a context that ends with Ctrl-C or SIGTERM, and the exit
// status for the one that came: 128 + its number.
func untilSignal() (context.Context, *atomic.Int32, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	status := new(atomic.Int32)
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-c:
			signal.Stop(c) // a second one ends the process at once
			status.Store(130)
			if s == syscall.SIGTERM {
				status.Store(143)
			}
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, status, func() { signal.Stop(c); cancel() }
}
