package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
	"github.com/stepgrain/stepgrain/cmd/internal/signals"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

func main() {
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run is the command: it returns the exit status.
func run(args []string, s streams) int {
	m, rest, err := choose(args)
	if errors.Is(err, flag.ErrHelp) {
		help(s.out)
		return 0
	}
	if err != nil {
		return usage.Report(s.err, "eval", err)
	}
	ctx, stop := signals.Context(context.Background(), nil)
	defer stop()
	err = m.run(ctx, rest, s)
	stopped, is := signals.Of(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(s.out, m.help)
		return 0
	case is && errors.Is(err, context.Canceled):
		fmt.Fprintln(s.err, "eval: interrupted")
		return stopped.Status()
	case errors.Is(err, syscall.EPIPE): // the reader has seen enough
		return 1
	}
	return usage.Report(s.err, "eval", fileerr.Explain(err))
}

// choose finds the mode that the arguments name, and what is left for it.
func choose(args []string) (mode, []string, error) {
	if len(args) == 0 {
		return mode{}, nil, usage.Errorf("nothing to do: give -answers DIR or the name of a mode (eval -h lists them)")
	}
	if word := args[0]; !strings.HasPrefix(word, "-") {
		i := slices.IndexFunc(modes, func(m mode) bool { return m.name == word })
		if i >= 0 {
			return modes[i], args[1:], nil
		}
		return mode{}, nil, usage.Errorf("no mode %q%s (eval -h lists the modes)", word, meant(word))
	}
	given := map[string]bool{}
	for _, a := range args {
		if name, isFlag := strings.CutPrefix(a, "-"); isFlag {
			name, _, _ = strings.Cut(strings.TrimPrefix(name, "-"), "=")
			given[name] = true
		}
	}
	for _, m := range modes { // in their order: -answers DIR -tasks DIR is eval answers
		if m.flag != "" && given[m.flag] {
			return m, args, nil
		}
	}
	if given["h"] || given["help"] {
		return mode{}, nil, flag.ErrHelp
	}
	return mode{}, nil, usage.Errorf("none of %s is given, and no mode is named (eval -h lists them)", strings.Join(flags(), ", "))
}

// meant names the mode that a mistyped word most likely stands for.
func meant(word string) string {
	var names []string
	for _, m := range modes {
		names = append(names, m.name)
	}
	if name := usage.Nearest(word, names); name != "" {
		return ": did you mean " + name + "?"
	}
	return ""
}

// flags are those that choose a mode.
func flags() (list []string) {
	for _, m := range modes {
		if f := "-" + m.flag; m.flag != "" && !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list
}

func help(w io.Writer) {
	fmt.Fprint(w, `Eval measures stored answers, compares systems and lets a model play tasks.

usage: eval MODE [flags], or the flag that stands for the mode

`)
	for _, m := range modes {
		short := ""
		if m.flag != "" {
			short = "-" + m.flag
		}
		fmt.Fprintf(w, "  %-10s %-9s %s\n", m.name, short, m.about)
	}
	fmt.Fprint(w, `
eval MODE -h explains the flags of a mode.

example: eval -answers pass_rate_results
`)
}
