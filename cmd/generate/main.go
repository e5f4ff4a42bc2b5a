package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/stepgrain/stepgrain/cmd/internal/signals"
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
		ctx, stop := signals.Context(context.Background(), nil)
		defer stop()
		err = generate(ctx, o, stdin, stdout)
		if stopped, is := signals.Of(ctx); is && errors.Is(err, context.Canceled) {
			fmt.Fprintln(stderr, "generate: interrupted")
			return stopped.Status()
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
