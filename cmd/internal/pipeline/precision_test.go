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
	"github.com/stepgrain/stepgrain/kernels/cpu"
)

// By default a run records what auto came to, and one that starts from its
// imitation computes alike.
func TestPrecisionIsSettled(t *testing.T) {
	if testing.Short() {
		t.Skip("two runs")
	}
	for _, p := range []struct{ impl, set, want string }{{"generic", "precision=auto", "f32"}, {"generic", "precision=bf16", "bf16"}} {
		t.Setenv(cpu.ImplVariable, p.impl)
		base := train(t, p.set)
		c, err := config.Load(filepath.Join(base, "config.json"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.Precision != p.want {
			t.Errorf("%s with %s is recorded as %q, want %q", p.set, p.impl, c.Precision, p.want)
		}
		next, err := config.Load("", []config.Assignment{{Key: "sft.from", Value: base}})
		if err != nil {
			t.Fatal(err)
		}
		next.World = c.World
		next.Quick = c.Quick
		r := &run{config: next}
		if err := r.inspectSFT(); err != nil {
			t.Fatal(err)
		}
		if next.Precision != p.want {
			t.Errorf("a run from it computes in %q", next.Precision)
		}
	}
}

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
	var saved struct {
		Compute string `json:"stepgrain_compute"`
	}
	readJSON(t, filepath.Join(dir, finalDir, "config.json"), &saved)
	if saved.Compute != "bf16" {
		t.Errorf("the checkpoint says %q", saved.Compute)
	}
	for _, at := range []int{len(copies) / 4, 3 * len(copies) / 4} { // within imitation, and within reinforcement
		if err := Resume(context.Background(), copies[at], -1, progress.Plain(io.Discard)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(whole, digests(t, copies[at])); d != "" {
			t.Errorf("resumed from %s: %s", filepath.Base(copies[at]), d)
		}
	}
	if cmp.Diff(whole, digests(t, train(t, "precision=f32"))) == "" {
		t.Error("in float32 the run is the same: nothing was rounded")
	}
}
