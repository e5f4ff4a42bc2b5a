package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatAutoMeans(t *testing.T) {
	for _, c := range []struct{ set, fast, slow string }{
		{"", "bf16", "f32"},
		{"quick=true", "bf16", "f32"},
		{"sft.tokens=0", "bf16", "f32"},
		{"precision=f32", "f32", "f32"},
		{"precision=bf16", "bf16", "bf16"},
		{"model.path=m", "f32", "f32"},
		{"model.path=m precision=bf16", "bf16", "bf16"},
		{"data.file=d model.path=m", "f32", "f32"},
		{"data.file=d model.path=m precision=auto", "f32", "f32"},
		{"compat.mode=released data.file=d model.path=m", "f32", "f32"},
	} {
		for fast, want := range map[bool]string{true: c.fast, false: c.slow} {
			k, err := Load("", sets(strings.Fields(c.set)...))
			if err != nil {
				t.Fatal(err)
			}
			if k.SettlePrecision(fast); k.Precision != want {
				t.Errorf("%q with fast bfloat16 %v: %s, want %s", c.set, fast, k.Precision, want)
			}
		}
	}
}

// A run of a version that had no choice goes on in float32; a file written by
// hand asks for the default.
func TestFilesThatNameNoPrecision(t *testing.T) {
	for text, want := range map[string]string{`{"version": "v0", "seed": 3}`: "f32", `{"version": "v1", "precision": "bf16"}`: "bf16", `{"seed": 3}`: "auto"} {
		path := filepath.Join(t.TempDir(), "config.json")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.Precision != want {
			t.Errorf("%s: %s, want %s", text, c.Precision, want)
		}
	}
}
