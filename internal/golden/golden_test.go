package golden

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestReadWidensEveryType(t *testing.T) {
	head := `{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},` +
		`"b":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},"c":{"dtype":"F64","shape":[1],"data_offsets":[16,24]}}`
	raw := append([]byte{byte(len(head)), 0, 0, 0, 0, 0, 0, 0}, head...)
	if len(head) > 255 {
		t.Fatal("header too long for this test")
	}
	raw = append(raw, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0)                // 1, −2
	raw = append(raw, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) // −2
	raw = append(raw, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f)                   // 0.5
	path := filepath.Join(t.TempDir(), "x.safetensors")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	f := Read(t, path)
	if got := f.Float("a"); !slices.Equal(got, []float64{1, -2}) {
		t.Errorf("a = %v", got)
	}
	if got := f.Int32("b"); !slices.Equal(got, []int32{-2}) {
		t.Errorf("b = %v", got)
	}
	if got := f.Float("c"); !slices.Equal(got, []float64{0.5}) {
		t.Errorf("c = %v", got)
	}
	if f.Has("__metadata__") || !slices.Equal(f.Shape("a"), []int{2}) {
		t.Errorf("Has or Shape is wrong")
	}
}

func TestDirFollowsTheEnvironment(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(Env, dir)
	if got := Dir(t); got != dir {
		t.Errorf("Dir = %s, want %s", got, dir)
	}
	t.Setenv(Env, filepath.Join(dir, "absent"))
	t.Run("absent", func(t *testing.T) {
		defer func() {
			if !t.Skipped() {
				t.Error("an absent folder must skip the test")
			}
		}()
		Dir(t)
	})
}
