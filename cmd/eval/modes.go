package main

import (
	"context"
	"io"
)

// mode is one thing that the command does: eval NAME flags.
type mode struct {
	name  string // the word after eval
	about string // its line in eval -h
	// flag chooses the mode without its name: eval -answers DIR is eval answers
	// -answers DIR. Empty: the mode has to be named.
	flag string
	help string // what eval NAME -h prints
	// run does it. args are what follows the name. flag.ErrHelp has the help
	// printed; an error made by package usage ends with exit status 2, others
	// with 1.
	run func(ctx context.Context, args []string, s streams) error
}

// streams are what a mode reads and writes. Results go to out, warnings to err.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// modes lists all modes in the order of eval -h.
var modes = []mode{
	answersMode,
	compareMode,
	passkMode,
	tasksMode,
	judgeMode,
	preferMode,
	solvableMode,
	agreementMode,
}
