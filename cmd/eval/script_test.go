package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stepgrain/stepgrain/cmd/internal/judging/scripted"
	"github.com/stepgrain/stepgrain/internal/transcript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"eval": main})
}

// The transcripts find the keys of a scripted judge in pool.json.
func TestTranscripts(t *testing.T) {
	_, _, pool := scripted.Serve(t)
	transcript.Run(t, pool)
}
