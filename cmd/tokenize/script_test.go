package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stepgrain/stepgrain/internal/transcript"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tokenize": main})
}

// The transcripts find a small tokenizer with 260 entries in the folder tiny.
func TestTranscripts(t *testing.T) {
	transcript.Run(t, func(dir string) error {
		tok := tokenizer.Train(slices.Values([]string{"ab ab"}), 260, []string{"<s>", "</s>"},
			tokenizer.WithBOS("<s>"), tokenizer.WithAdded("<call>"))
		if err := os.Mkdir(filepath.Join(dir, "tiny"), 0o755); err != nil {
			return err
		}
		return tok.Save(filepath.Join(dir, "tiny", "tokenizer.json"))
	})
}
