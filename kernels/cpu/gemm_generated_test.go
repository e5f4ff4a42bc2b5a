package cpu

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The generated assembly is what the generator in _asm writes.
func TestGeneratedAssembly(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the generator is not built")
	}
	generator := filepath.Join(t.TempDir(), "asm")
	build := exec.Command("go", "build", "-o", generator, ".")
	build.Dir, build.Env = "_asm", append(os.Environ(), "GOPROXY=off", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("the generator's modules are not at hand: %v\n%s", err, out)
	}
	folder := t.TempDir()
	if out, err := exec.Command(generator, folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) == 0 {
		t.Fatalf("the generator wrote %d files: %v", len(files), err)
	}
	for _, f := range files {
		want, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(f.Name()); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the generator writes (%v): run `go run . ..` in _asm", f.Name(), err)
		}
	}
}
