package fileerr

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestExplain(t *testing.T) {
	absent := filepath.Join(t.TempDir(), "a")
	want := absent + ": no such file or directory"
	_, err := os.Open(absent)
	if got := Explain(err); got.Error() != want || !errors.Is(got, fs.ErrNotExist) {
		t.Errorf("open: %v", got)
	}
	if got := Explain(os.Rename(filepath.Join(t.TempDir(), "b"), absent)); got.Error() != want || !errors.Is(got, fs.ErrNotExist) {
		t.Errorf("rename: %v", got)
	}
	other := errors.New("open: sesame")
	if Explain(other) != other || Explain(nil) != nil {
		t.Error("an error of another kind was changed")
	}
}
