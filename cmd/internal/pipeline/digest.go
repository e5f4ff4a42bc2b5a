package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// digest is the SHA-256 of a file, or of the weights of a checkpoint directory.
func digest(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, plain(err))
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
			return "", err
		}
		_, err = io.Copy(h, f)
		f.Close()
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, plain(err))
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// plain takes the system call out of an error about a file.
func plain(err error) error {
	if p, ok := err.(*os.PathError); ok {
		return p.Err
	}
	return err
}
