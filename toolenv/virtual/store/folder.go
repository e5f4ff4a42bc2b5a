package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"time"
)

// folder is the folder of a tool with its lock held.
type folder struct {
	root   *os.Root
	handle *os.File // locked
}

// openFolder makes the folder where there is none, and waits for its lock.
func (d *Dir) openFolder(ctx context.Context, dir string) (*folder, error) {
	if _, err := d.root.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := d.root.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		// New folders must outlive the machine as their files do.
		for up := path.Dir(dir); ; up = path.Dir(up) {
			if err := syncFolder(d.root, up); err != nil {
				return nil, err
			}
			if up == "." {
				break
			}
		}
	}
	root, err := d.root.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	h, err := root.Open(".")
	if err != nil {
		root.Close()
		return nil, err
	}
	f := &folder{root, h}
	for wait := 100 * time.Microsecond; ; wait = min(2*wait, 10*time.Millisecond) {
		ok, err := tryLock(h)
		if err == nil && !ok {
			select {
			case <-ctx.Done():
				err = ctx.Err()
			case <-time.After(wait):
				continue
			}
		}
		if err != nil {
			f.close()
			return nil, err
		}
		return f, nil
	}
}

// close gives the lock back: it goes with the handle.
func (f *folder) close() {
	f.handle.Close()
	f.root.Close()
}

// writing is the name of a file that is being written. There is one in a folder
// at most, so that a process that was killed leaves no more than one behind; it
// cannot be the name of an API's file.
const writing = ".writing"

// replace puts text in the place of a file.
func (f *folder) replace(name, text string) (fs.FileInfo, error) {
	if err := f.root.Remove(writing); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	h, err := f.root.OpenFile(writing, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	_, err = h.WriteString(text)
	var info fs.FileInfo
	if err == nil {
		err = h.Sync()
	}
	if err == nil {
		info, err = h.Stat()
	}
	err = errors.Join(err, h.Close())
	if err == nil {
		err = f.root.Rename(writing, name)
	}
	if err != nil {
		f.root.Remove(writing)
		return nil, err
	}
	return info, f.handle.Sync()
}

func syncFolder(root *os.Root, dir string) error {
	h, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(h.Sync(), h.Close())
}
