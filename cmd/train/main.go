package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/pipeline"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/cmd/internal/signals"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/kernels/cpu"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is the command: it returns the exit status.
func run(args []string, stdout *os.File, stderr io.Writer) int {
	o, err := parseFlags(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		help(stdout)
		return 0
	case err != nil:
		return usage.Report(stderr, "train", err)
	case o.keys:
		if err := config.Describe(stdout); err != nil {
			return usage.Report(stderr, "train", err)
		}
		return 0
	}
	if o.impl != "" {
		os.Setenv(cpu.ImplVariable, o.impl) // the flag is another way to say it
	}
	if os.Getenv("GOGC") == "" {
		// Most of the memory is a few large blocks that live as long as the run.
		// Letting garbage grow to their size before it is collected would double it.
		debug.SetGCPercent(25)
	}
	ctx, stop := signals.Context(context.Background(), func() {
		fmt.Fprintln(stderr, "train: stopped at once; -resume goes on from the latest checkpoint")
	})
	defer stop()
	err = profiled(o.profile, stderr, func() error { return train(ctx, o, progress.New(stdout)) })
	if stopped, is := signals.Of(ctx); is && errors.Is(err, context.Canceled) {
		fmt.Fprintf(stderr, "train: %s\n", usage.OneLine(err))
		return stopped.Status()
	}
	if err != nil {
		return usage.Report(stderr, "train", err)
	}
	return 0
}

// train starts a run or goes on with one.
func train(ctx context.Context, o *options, p *progress.Printer) error {
	if o.resume != "" {
		return pipeline.Resume(ctx, o.resume, o.workers, p)
	}
	cfg, err := config.Load(o.file, o.given)
	if err != nil {
		return usage.Error(err)
	}
	if cfg.Compat.Replay != "" {
		if o.out != "" {
			return usage.Errorf("-out has no effect with compat.replay: the numbers go to -dump DIR")
		}
		return pipeline.Replay(ctx, cfg, p)
	}
	if o.out == "" {
		o.out = fmt.Sprintf("runs/%s-%d", time.Now().Format("20060102-150405"), cfg.Seed)
	}
	return pipeline.Start(ctx, cfg, o.out, p)
}
