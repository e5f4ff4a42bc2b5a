package twins

import (
	"os"
	"path/filepath"
	"strings"
)

// Names are the kernels that have twins.
var Names = []string{"adamw", "elementwise", "rmsnorm", "rope", "swiglu", "vmath"}

// Files returns the two files of a kernel in the folder dir.
func Files(dir, name string) (source, twin string) {
	return filepath.Join(dir, name+"_avx512_amd64.s"), filepath.Join(dir, name+"_avx2_amd64.s")
}

// Make returns the text of the twin of a source.
func Make(source string) (string, error) {
	text, err := os.ReadFile(source)
	if err != nil {
		return "", err
	}
	twin := strings.NewReplacer("avx512_amd64.h", "avx2_amd64.h", "512(", "256(").Replace(string(text))
	return "// Code generated from " + filepath.Base(source) + " by go generate. DO NOT EDIT.\n\n" + twin, nil
}
