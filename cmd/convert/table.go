package main

import (
	"flag"
	"io"
	"slices"
	"strings"
)

// command is one conversion. Each stands in a file of its own, which adds it to
// the table.
type command struct {
	name  string // such as "answers"
	brief string // what it makes of what, in a few words
	help  string // usage, flags and a worked example, for -h
	// run does it: results go to files or to stdout, progress and remarks to
	// stderr. flags is empty and named after the command; usage.Parse reads args
	// with it. Errors are reported by the caller, in one line.
	run func(flags *flag.FlagSet, args []string, stdout, stderr io.Writer) error
}

// table holds all conversions, by name.
var table []command

// register adds conversions to the table; it is called from init.
func register(list ...command) {
	table = append(table, list...)
	slices.SortFunc(table, func(a, b command) int { return strings.Compare(a.name, b.name) })
}

func find(name string) *command {
	for i := range table {
		if table[i].name == name {
			return &table[i]
		}
	}
	return nil
}

func names() []string {
	out := make([]string, len(table))
	for i := range table {
		out[i] = table[i].name
	}
	return out
}
