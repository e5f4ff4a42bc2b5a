package main

import (
	"flag"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

// asking are the flags of every mode that asks a judge: how it prints, and whom
// it asks.
type asking struct {
	output
	judging.Flags
}

func (a *asking) flags(fs *flag.FlagSet) {
	a.output.flags(fs)
	a.Register(fs)
}

// parse reads a mode's flags and says which were given.
func (a *asking) parse(fs *flag.FlagSet, args []string) (given map[string]bool, err error) {
	if err := usage.Parse(fs, args); err != nil {
		return nil, err
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	return usage.Given(fs), a.Check()
}
