package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// help lists the conversions.
func help() string {
	var b strings.Builder
	b.WriteString("Convert turns files of one form into files of another.\n\nusage: convert CONVERSION [flags] [files]\n\n")
	for _, c := range table {
		fmt.Fprintf(&b, "  %-14s %s\n", c.name, c.brief)
	}
	b.WriteString("\nconvert CONVERSION -h explains one, with an example.\n")
	return b.String()
}

// run is the command: it returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && (args[0] == "-h" || args[0] == "-help" || args[0] == "--help" || args[0] == "help") {
		fmt.Fprint(stdout, help())
		return 0
	}
	if len(args) == 0 {
		return usage.Report(stderr, "convert", usage.Errorf("no conversion: give one of %s (convert -h explains them)", strings.Join(names(), ", ")))
	}
	c := find(args[0])
	if c == nil {
		meant := ""
		if n := usage.Nearest(args[0], names()); n != "" {
			meant = ": did you mean " + n + "?"
		}
		return usage.Report(stderr, "convert", usage.Errorf("no conversion %q%s (convert -h lists them)", args[0], meant))
	}
	name := "convert " + c.name
	err := c.run(flag.NewFlagSet(name, flag.ContinueOnError), args[1:], stdout, stderr)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, c.help)
		return 0
	}
	return usage.Report(stderr, name, fileerr.Explain(err))
}
