package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

// compatFlag adds -compat, which several conversions have.
func compatFlag(f *flag.FlagSet) *string { return f.String("compat", "", "") }

// released reads the value of -compat.
func released(compat string) (bool, error) {
	switch compat {
	case "":
		return false, nil
	case "released":
		return true, nil
	}
	return false, usage.Errorf("-compat %s: only \"released\" is known", compat)
}

// needOut refuses an absent -out.
func needOut(path string) error {
	if path == "" {
		return usage.Errorf("no place for the result: give -out FILE")
	}
	return nil
}

// listFlag adds a flag that may be given several times.
func listFlag(f *flag.FlagSet, name string) *[]string {
	var list []string
	f.Func(name, "", func(s string) error { list = append(list, s); return nil })
	return &list
}

// oneOf refuses a value that a flag does not have.
func oneOf(name, value string, values []string) error {
	for _, v := range values {
		if v == value {
			return nil
		}
	}
	if value == "" {
		return usage.Errorf("no -%s: give one of %s", name, strings.Join(values, ", "))
	}
	return usage.Errorf("-%s %s: there are %s", name, value, strings.Join(values, ", "))
}

// readFile opens a file for read, which closes it again.
func readFile(path string, read func(r io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return read(f)
}

// said prints what became of the trajectories.
func said(w io.Writer, report fmt.Stringer, what, path string) {
	fmt.Fprintf(w, "%s: %s %s\n", path, what, report)
}
