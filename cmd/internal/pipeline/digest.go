package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
)

// digest is the SHA-256 of a file, or of the weights of a checkpoint directory.
func digest(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fileerr.Explain(err)
	}
	files := []string{path}
	if info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(path, "*.safetensors")); err != nil {
			return "", err
		}
		if len(files) == 0 {
			return "", fmt.Errorf("%s: holds no *.safetensors", path)
		}
		slices.Sort(files)
	}
	h := sha256.New()
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return "", fileerr.Explain(err)
		}
		_, err = io.Copy(h, f)
		f.Close()
		if err != nil {
			return "", fileerr.Explain(err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
