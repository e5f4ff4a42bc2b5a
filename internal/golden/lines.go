package golden

import (
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"
)

// Lines returns the lines of a file that are not blank, unpacked if its name ends
// in ".gz". They may be long.
func Lines(t testing.TB, path string) (lines []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatalf("golden: %v", err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatalf("golden: %s: %v", path, err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("golden: %s: %v", path, err)
	}
	for line := range strings.Lines(string(b)) {
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
