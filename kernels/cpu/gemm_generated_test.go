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
	command := func(arg ...string) ([]byte, error) {
		c := exec.Command("go", arg...)
		c.Dir, c.Env = "_asm", append(os.Environ(), "GOPROXY=off", "GOWORK=off")
		return c.CombinedOutput()
	}
	if out, err := command("list", "-deps", "."); err != nil {
		t.Skipf("the generator's modules are not at hand: %v\n%s", err, out)
	}
	generator := filepath.Join(t.TempDir(), "asm")
	if out, err := command("build", "-o", generator, "."); err != nil {
		t.Fatalf("the generator does not compile: %v\n%s", err, out)
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
