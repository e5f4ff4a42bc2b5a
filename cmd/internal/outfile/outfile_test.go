package outfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "c.txt")
	if err := WriteText(path, "whole"); err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	err := Write(path, func(w io.Writer) error {
		io.WriteString(w, "half")
		return stop
	})
	if got, _ := os.ReadFile(path); !errors.Is(err, stop) || string(got) != "whole" {
		t.Errorf("after a failure the file is %q (%v), want what was there", got, err)
	}
	if list, _ := os.ReadDir(filepath.Dir(path)); len(list) != 1 {
		t.Errorf("%d files left behind, want 1", len(list))
	}
	if err := WriteText(filepath.Join(path, "d"), ""); err == nil {
		t.Error("a file below a file: no error")
	}
}
