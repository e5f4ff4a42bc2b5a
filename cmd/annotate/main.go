package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/signals"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

const help = `Annotate judges every step of converted answers, for rewards per step.

usage: annotate -by rules|judge|hybrid|import -answers FILE|DIR -out FILE|DIR [flags]

  -by HOW          rules: what StepTool released, without a model; judge: a language
                   model; hybrid: rules look at the form of a call, the model at the
                   well-formed ones; import: opinions from -opinions
  -answers PATH    converted answers: a file, or a folder with files <set>.json
  -out PATH        StepTool's annotation file, or a folder for several; what is there
                   already is gone on with
  -repeats N       judgements of each answer (default 3; rules: 1, import: as many as
                   there are)
  -task-num N      the first N answers of a file only; _N is added to the name of the result
  -queries PATH    query files: with hybrid, the parameters that calls are checked
                   against; with rules, the right answers where they have some
  -opinions FILE   with import: annotations, or one opinion a line (toolenv/judge says how)
  -label NAME      with import: who judged, as it shall stand in the result (human)
  -rewards FILE    write the reward of every step too, one answer a line
` + judging.Help + `  -overwrite       begin anew
  -compat released the release's requests, waits and lack of checks; one thread

example: annotate -by judge -answers converted/qwen2/G123.json -judge http://127.0.0.1:8000/v1 -out annotated/G123.json
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the command: it returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, help)
		return 0
	}
	ctx, stop := signals.Context(context.Background(), nil)
	defer stop()
	if err == nil {
		err = annotate(ctx, o, stdout, stderr)
	}
	stopped, is := signals.Of(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, syscall.EPIPE): // the reader has seen enough
		return 1
	case is && errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "annotate: interrupted; the same command goes on from here")
		return stopped.Status()
	}
	return usage.Report(stderr, "annotate", fileerr.Explain(err))
}
