// Package outfile writes the files that commands are asked for with a flag: in
// folders that need not exist yet, as a whole or not at all.
package outfile

import (
	"bufio"
	"io"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// MakeFolder makes the folder in which a file is to stand.
func MakeFolder(path string) error { return os.MkdirAll(filepath.Dir(path), 0o777) }

// Write writes a file that is complete or absent, and its folder. What was there
// stays when write fails.
func Write(path string, write func(w io.Writer) error) error {
	if err := MakeFolder(path); err != nil {
		return err
	}
	f, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o644))
	if err != nil {
		return err
	}
	defer f.Cleanup()
	b := bufio.NewWriterSize(f, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return err
	}
	return f.CloseAtomicallyReplace()
}

// WriteText is Write for a text that is there already.
func WriteText(path, text string) error {
	return Write(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}
