package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
)

const (
	keep        = 2 // checkpoints kept: the latest, and one to fall back to
	offsetsFile = "offsets.json"
)

// Commit makes a checkpoint: write fills a folder, the lengths of the logs are
// added, everything is synced, and only then does the folder get its name,
// NUMBER-label. All but the two latest checkpoints are deleted.
func (d *Dir) Commit(label string, write func(dir string) error) error {
	offsets := map[string]int64{}
	for _, l := range d.logs {
		if err := l.file.Sync(); err != nil {
			return fileerr.Explain(err)
		}
		offsets[l.name] = l.offset
	}
	name := fmt.Sprintf("%06d-%s", d.seq+1, label)
	tmp := d.File(checkpoints, unfinished+name)
	err := fillFolder(tmp, func(dir string) error {
		data, err := json.Marshal(offsets)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, offsetsFile), data, 0o666); err != nil {
			return fileerr.Explain(err)
		}
		return write(dir)
	})
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, d.File(checkpoints, name)); err != nil {
		return errors.Join(fileerr.Explain(err), os.RemoveAll(tmp))
	}
	for _, dir := range []string{d.File(checkpoints), d.Path} { // the first one makes the folder of all
		if err := syncPath(dir); err != nil {
			return err
		}
	}
	d.seq++
	return d.prune()
}

// prune deletes all but the latest checkpoints.
func (d *Dir) prune() error {
	names, err := d.numbered()
	if err != nil {
		return err
	}
	for _, name := range names[:max(0, len(names)-keep)] {
		if err := os.RemoveAll(d.File(checkpoints, name)); err != nil {
			return fileerr.Explain(err)
		}
	}
	return nil
}

// numbered lists the checkpoints made by Commit, oldest first.
func (d *Dir) numbered() ([]string, error) {
	list, err := os.ReadDir(d.File(checkpoints))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fileerr.Explain(err)
	}
	var names []string
	for _, e := range list {
		if number(e.Name()) > 0 && e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, func(a, b string) int { return number(a) - number(b) })
	return names, nil
}

// number is the checkpoint's place in the order, 0 for other names.
func number(name string) int {
	digits, _, _ := strings.Cut(name, "-")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// restore finds the latest checkpoint, "" when there is none yet, and the
// lengths of the logs in it.
func (d *Dir) restore() (string, error) {
	names, err := d.numbered()
	if err != nil {
		return "", err
	}
	if len(names) == 0 {
		return "", nil
	}
	latest := names[len(names)-1]
	path := d.File(checkpoints, latest)
	data, err := os.ReadFile(filepath.Join(path, offsetsFile))
	if err != nil {
		return "", fmt.Errorf("%s: is not a checkpoint: it has no %s", path, offsetsFile)
	}
	if err := json.Unmarshal(data, &d.offsets); err != nil {
		return "", fmt.Errorf("%s: %v", filepath.Join(path, offsetsFile), err)
	}
	d.seq = number(latest)
	return path, nil
}

// fillFolder makes a folder, lets fill write into it and syncs all of it. On
// an error nothing is left.
func fillFolder(dir string, fill func(dir string) error) error {
	err := os.RemoveAll(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o777)
	}
	if err == nil {
		err = fill(dir)
	}
	if err == nil {
		err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return syncPath(path)
		})
	}
	if err != nil {
		return errors.Join(fileerr.Explain(err), os.RemoveAll(dir))
	}
	return nil
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fileerr.Explain(err)
	}
	defer f.Close()
	return fileerr.Explain(f.Sync())
}
