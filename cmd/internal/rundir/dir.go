package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
)

// Names inside a run directory that this package itself relies on.
const (
	ConfigFile  = "config.json"
	checkpoints = "checkpoints"
	unfinished  = ".unfinished-" // prefix of a checkpoint that is being written
)

// A Dir is a run directory that this process owns.
type Dir struct {
	Path string

	lock    *os.File
	logs    []*Log
	offsets map[string]int64 // of the checkpoint that is resumed
	seq     int              // number of the latest checkpoint
}

// Create makes the directory of a new run, with its configuration: nothing else
// comes before that, so that a run that is killed at any moment leaves either a
// directory that can be resumed or one that still counts as empty. A directory
// with anything in it is refused: it may be someone's work.
func Create(path string, config []byte) (*Dir, error) {
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, fileerr.Explain(err)
	}
	if err := Free(path); err != nil {
		return nil, err
	}
	d := &Dir{Path: path}
	if err := d.acquire(); err != nil {
		return nil, err
	}
	if err := d.WriteFile(ConfigFile, config); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Free reports why a path cannot become a new run's directory: there is
// something in it. It makes nothing.
func Free(path string) error {
	list, err := os.ReadDir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fileerr.Explain(err)
	}
	for _, e := range list {
		if !temporary(e.Name(), ConfigFile) {
			return fmt.Errorf("%s: is not empty: go on with it by -resume %s, or name a new directory", path, path)
		}
	}
	return nil
}

// Open takes a run directory over, to resume it from its latest checkpoint,
// whose path it returns: "" when the run was killed before its first one, and
// begins with its configuration again. What was being written when the run ended
// is removed.
func Open(path string) (d *Dir, checkpoint string, err error) {
	for _, name := range []string{"", ConfigFile} {
		if _, err := os.Stat(filepath.Join(path, name)); err != nil {
			if name == "" {
				return nil, "", fileerr.Explain(err)
			}
			return nil, "", fmt.Errorf("%s: is not a run directory: it has no %s", path, name)
		}
	}
	d = &Dir{Path: path}
	if err := d.acquire(); err != nil {
		return nil, "", err
	}
	if checkpoint, err = d.restore(); err == nil {
		err = d.removeUnfinished()
	}
	if err != nil {
		return nil, "", errors.Join(err, d.Close())
	}
	return d, checkpoint, nil
}

// Close ends the ownership and closes the logs.
func (d *Dir) Close() error {
	var errs []error
	for _, l := range d.logs {
		errs = append(errs, l.file.Close())
	}
	d.logs = nil
	if d.lock != nil {
		errs = append(errs, d.lock.Close())
		d.lock = nil
	}
	return errors.Join(errs...)
}

// File returns the path of a file of the run.
func (d *Dir) File(name ...string) string {
	return filepath.Join(append([]string{d.Path}, name...)...)
}

// WriteFile writes a file that is complete or absent, on disk when it returns.
func (d *Dir) WriteFile(name string, data []byte) error {
	return fileerr.Explain(renameio.WriteFile(d.File(name), data, 0o666))
}

// Replace fills a folder under another name, syncs it, and puts it in the
// place of the folder name.
func (d *Dir) Replace(name string, fill func(dir string) error) error {
	tmp := d.File(filepath.Dir(name), unfinished+filepath.Base(name))
	if err := fillFolder(tmp, fill); err != nil {
		return err
	}
	if err := os.RemoveAll(d.File(name)); err != nil {
		return errors.Join(fileerr.Explain(err), os.RemoveAll(tmp))
	}
	if err := os.Rename(tmp, d.File(name)); err != nil {
		return errors.Join(fileerr.Explain(err), os.RemoveAll(tmp))
	}
	return syncPath(d.File(filepath.Dir(name)))
}

// removeUnfinished deletes what a killed process was writing.
func (d *Dir) removeUnfinished() error {
	for _, dir := range []string{d.Path, d.File(checkpoints)} {
		list, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fileerr.Explain(err)
		}
		for _, e := range list {
			if strings.HasPrefix(e.Name(), unfinished) || e.Type().IsRegular() && temporary(e.Name(), "") {
				if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
					return fileerr.Explain(err)
				}
			}
		}
	}
	return nil
}

// temporary reports whether renameio gives such a name to a file until it is
// complete: a dot, the file's name (any for "") and digits.
func temporary(name, of string) bool {
	base := strings.TrimRight(name, "0123456789")
	return strings.HasPrefix(name, "."+of) && len(base) < len(name) && (of == "" || base == "."+of)
}
