package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stepgrain/stepgrain/internal/transcript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"generate": main})
}

// The transcripts find the checkpoint that says the alphabet in the folder
// alphabet.
func TestTranscripts(t *testing.T) {
	transcript.Run(t, func(dir string) error { return saveAlphabet(filepath.Join(dir, "alphabet")) })
}
