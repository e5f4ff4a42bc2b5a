package transcript

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Run runs the transcripts of testdata. setup prepares the folder that each of
// them starts in. With UPDATE_SCRIPTS set, what commands print becomes what is
// expected.
func Run(t *testing.T, setup func(dir string) error) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		Setup:         func(e *testscript.Env) error { return setup(e.WorkDir) },
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS command [argument…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var status *exec.ExitError
	if !errors.As(err, &status) || status.ExitCode() != want {
		ts.Fatalf("%v: %v, want exit status %d", args[1:], err, want)
	}
}
