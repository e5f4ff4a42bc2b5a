package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"generate": main})
}

// The transcripts in testdata show the command as a user sees it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata",
		Setup: func(e *testscript.Env) error { return saveAlphabet(filepath.Join(e.WorkDir, "alphabet")) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// exits N command…: the command ends with status N and one line on stderr.
			"exits": func(ts *testscript.TestScript, neg bool, args []string) {
				want, err := strconv.Atoi(args[0])
				ts.Check(err)
				err = ts.Exec(args[1], args[2:]...)
				var status *exec.ExitError
				if !errors.As(err, &status) || status.ExitCode() != want {
					ts.Fatalf("%v: %v, want exit status %d", args[1:], err, want)
				}
			},
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}
