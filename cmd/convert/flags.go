package main

import (
	"flag"

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
