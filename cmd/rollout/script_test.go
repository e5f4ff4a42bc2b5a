package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stepgrain/stepgrain/internal/transcript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rollout": main})
}

func TestTranscripts(t *testing.T) {
	transcript.Run(t, func(string) error { return nil })
}
