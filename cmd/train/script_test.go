package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The transcripts in testdata/script run the command as a user does.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"train": main})
}

func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("STEPGRAIN_IMPL", os.Getenv("STEPGRAIN_IMPL"))
			return nil
		},
	})
}
