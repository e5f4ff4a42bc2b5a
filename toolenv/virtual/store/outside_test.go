//go:build unix

package store

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOutside: links that lead out of the folder, pipes and folders are no files.
func TestOutside(t *testing.T) {
	dir, out := t.TempDir(), t.TempDir()
	writeFile(t, filepath.Join(out, "search.json"), `{"k": 1}`)
	d := openDir(t, dir, Options{})
	if err := os.MkdirAll(filepath.Join(dir, "Movies"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(out, filepath.Join(dir, "Movies", "imdb_for_Movies")); err != nil {
		t.Skip(err)
	}
	if _, ok, err := d.Get(ctx, imdb, "k"); ok || err == nil {
		t.Errorf("Get through a link: %v, %v", ok, err)
	}
	if err := d.Put(ctx, imdb, Entry{"k", int64(2)}); err == nil || readText(t, filepath.Join(out, "search.json")) != `{"k": 1}` {
		t.Errorf("Put through a link: %v", err)
	}
	pipe := Name{"Movies", "t", "pipe"}
	if err := os.MkdirAll(filepath.Join(dir, "Movies", "t", "folder.json"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, pipe.String()), 0o644); err != nil {
		t.Skip(err)
	}
	for _, n := range []Name{pipe, {"Movies", "t", "folder"}} {
		if _, ok, err := d.Get(ctx, n, "k"); ok || err == nil {
			t.Errorf("%s: %v, %v", n, ok, err)
		}
		if err := d.Put(ctx, n, Entry{"k", int64(2)}); err == nil {
			t.Errorf("%s was written", n)
		}
	}
}
