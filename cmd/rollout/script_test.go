package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stepgrain/stepgrain/internal/transcript"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == mcpWord {
		serveMCP()
		return
	}
	testscript.Main(m, map[string]func(){"rollout": main})
}

func TestTranscripts(t *testing.T) {
	transcript.Run(t, func(string) error { return nil })
}
