package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tokenize": main})
}

// The transcripts in testdata show the command as a user sees it. They find a
// small tokenizer with 260 entries in the directory tiny.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			dir := filepath.Join(e.WorkDir, "tiny")
			if err := os.Mkdir(dir, 0o755); err != nil {
				return err
			}
			tok := tokenizer.Train(slices.Values([]string{"ab ab"}), 260, []string{"<s>", "</s>"},
				tokenizer.WithBOS("<s>"), tokenizer.WithAdded("<call>"))
			return tok.Save(filepath.Join(dir, "tokenizer.json"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// exits N command…: the command ends with status N.
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
