package golden

import (
	"os"
	"testing"
)

// SmolLM2 returns the path of a real model, SmolLM2-135M-Instruct.Q4_1.gguf,
// which STEPGRAIN_SMOLLM2 names. It skips the test when that is not set.
func SmolLM2(t testing.TB) string {
	t.Helper()
	path := os.Getenv("STEPGRAIN_SMOLLM2")
	if path == "" {
		t.Skip("no SmolLM2: set STEPGRAIN_SMOLLM2 to the path of SmolLM2-135M-Instruct.Q4_1.gguf")
	}
	return path
}
