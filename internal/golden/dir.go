package golden

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Env names the environment variable that overrides where the data lies.
const Env = "STEPGRAIN_GOLDEN"

// Dir returns the folder with the golden data: $STEPGRAIN_GOLDEN, or
// ../shared/golden seen from the root of the repository. It skips the test
// when the folder does not exist.
func Dir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv(Env)
	if dir == "" {
		dir = filepath.Join(Root(t), "..", "shared", "golden")
	}
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		t.Skipf("no golden data in %s: set %s to the folder that holds it", dir, Env)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		t.Fatalf("golden: %v", err)
	}
	return abs
}

// Kind returns a folder of the golden data, such as "models". It skips the test
// when the data at hand has none of this kind.
func Kind(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(Dir(t), name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no %q in the golden data: %v", name, err)
	}
	return dir
}

// Root returns the root of the repository: the nearest folder above the
// working directory that holds go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatalf("golden: %v", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("golden: no go.mod in the working directory or above it")
		}
		dir = up
	}
}

// JSON reads a file into v and fails the test when it cannot.
func JSON(t testing.TB, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("golden: %v", err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("golden: %s: %v", path, err)
	}
}
