package usage

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// mistake is an error of whoever typed the command.
type mistake struct{ error }

func (m mistake) Unwrap() error { return m.error }

// Error marks an error as wrong use of the command.
func Error(err error) error { return mistake{err} }

// Errorf says what is wrong with the use of the command.
func Errorf(format string, args ...any) error { return mistake{fmt.Errorf(format, args...)} }

// Report writes an error in one line behind the name of the command and returns
// the exit status: 2 for wrong use, 1 for any other failure.
func Report(stderr io.Writer, command string, err error) int {
	fmt.Fprintf(stderr, "%s: %s\n", command, OneLine(err))
	var m mistake
	if errors.As(err, &m) {
		return 2
	}
	return 1
}

// OneLine is the text of an error without line ends.
func OneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// Parse reads args into the flags of fs, which is called as the command is, and
// prints nothing. The error is [flag.ErrHelp] for -h; for an unknown flag it
// says what the first of hints that knows it answers, or else names the nearest
// flag.
func Parse(fs *flag.FlagSet, args []string, hints ...func(unknown string) string) error {
	fs.SetOutput(io.Discard)
	err := fs.Parse(args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return err
	}
	return Errorf("%v%s (%s -h lists the flags)", err, meant(fs, err, hints), fs.Name())
}

// meant names what an unknown flag most likely should have been.
func meant(fs *flag.FlagSet, err error, hints []func(string) string) string {
	_, given, unknown := strings.Cut(err.Error(), "not defined: -")
	if !unknown {
		return ""
	}
	given = strings.TrimPrefix(given, "-")
	for _, hint := range hints {
		if text := hint(given); text != "" {
			return ": did you mean " + text + "?"
		}
	}
	names := []string{"h", "help"}
	fs.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if name := Nearest(given, names); name != "" {
		return ": did you mean -" + name + "?"
	}
	return ""
}

// Given says which flags stand on the command line.
func Given(fs *flag.FlagSet) map[string]bool {
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	return given
}
