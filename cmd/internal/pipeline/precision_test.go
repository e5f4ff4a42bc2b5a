package pipeline

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
)

// A run in bfloat16 says so, differs from one in float32, and goes on from a
// checkpoint with the same bits.
func TestPrecisionIsKept(t *testing.T) {
	if testing.Short() {
		t.Skip("three runs")
	}
	var copies []string
	root := t.TempDir()
	afterCheckpoint = func(dir, label string) {
		to := filepath.Join(root, label)
		if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
			t.Error(err)
		}
		copies = append(copies, to)
	}
	defer func() { afterCheckpoint = nil }()
	dir := train(t, "precision=bf16")
	whole := digests(t, dir)
	afterCheckpoint = nil

	var written config.Config
	readJSON(t, filepath.Join(dir, "config.json"), &written)
	if written.Precision != "bf16" || written.Impl == "" {
		t.Errorf("the record says precision %q, impl %q", written.Precision, written.Impl)
	}
	for _, at := range []int{len(copies) / 4, 3 * len(copies) / 4} { // within imitation, and within reinforcement
		if err := Resume(context.Background(), copies[at], -1, progress.Plain(io.Discard)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(whole, digests(t, copies[at])); d != "" {
			t.Errorf("resumed from %s: %s", filepath.Base(copies[at]), d)
		}
	}
	if cmp.Diff(whole, digests(t, train(t))) == "" {
		t.Error("in float32 the run is the same: nothing was rounded")
	}
}
