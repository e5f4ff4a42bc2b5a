package record

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// in names the whole path in an error of a file in a folder, and no system call.
func in(dir string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", filepath.Join(dir, p.Path), p.Err)
	}
	return fmt.Errorf("%s%c%w", dir, filepath.Separator, err) // ours begin with the file's name
}

// contents is a task's file as it was read.
type contents struct {
	lines []line
	whole bool // the file ends where a line ends: more can be appended
	torn  string
}

// read reads a task's file. One that does not exist has no lines; an unfinished
// last line is left out and described in torn.
func read(root *os.Root, task string) (c contents, err error) {
	name := fileName(task)
	info, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return contents{}, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file", name) // a pipe would never end
	}
	if err != nil {
		return c, err
	}
	b, err := root.ReadFile(name)
	if err != nil {
		return c, err
	}
	return parse(b, task, name)
}

// parse reads the bytes of a task's file, which has this name.
func parse(b []byte, task, name string) (c contents, err error) {
	c.whole = len(b) > 0
	for n := 1; len(b) > 0; n++ {
		text, rest, ended := bytes.Cut(b, []byte{'\n'})
		c.whole = ended
		err := c.add(n, task, text)
		// A file that begins otherwise is somebody else's, and not to be mended.
		mine := n > 1 || bytes.HasPrefix(header{Format: format, Task: task}.marshal(), text)
		if err != nil && len(rest) == 0 && mine {
			c.whole, c.torn = false, fmt.Sprintf("%s: line %d is unfinished (%d bytes) and was left out: %v", name, n, len(text), err)
			return c, nil
		}
		if err != nil {
			return c, fmt.Errorf("%s: line %d: %w", name, n, err)
		}
		b = rest
	}
	return c, nil
}

func (c *contents) add(n int, task string, text []byte) error {
	if n == 1 {
		h, err := parseHeader(text)
		if err == nil && h.Task != task {
			err = fmt.Errorf("these are the calls of task %q", h.Task)
		}
		return err
	}
	l, err := parseLine(text)
	if err == nil {
		c.lines = append(c.lines, l)
	}
	return err
}

// write replaces a task's file by one with these lines, the last of each key, in
// order. A reader or a crash meets the old file or the new one.
func write(root *os.Root, task string, lines []line) error {
	last := map[key]line{}
	for _, l := range lines {
		last[l.key()] = l
	}
	sorted := make([]line, 0, len(last))
	for _, l := range last {
		sorted = append(sorted, l)
	}
	slices.SortFunc(sorted, compare)
	var b bytes.Buffer
	b.Write(header{Format: format, Task: task}.marshal())
	for _, l := range sorted {
		b.Write(l.marshal())
	}
	name := fileName(task)
	temporary := "." + name + ".new"
	err := writeSynced(root, temporary, os.O_TRUNC, b.Bytes())
	if err == nil {
		err = root.Rename(temporary, name)
	}
	if err != nil {
		root.Remove(temporary)
		return err
	}
	return syncFolder(root)
}

// writeSynced writes to a file and waits until it is on the disk.
func writeSynced(root *os.Root, name string, flag int, b []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|flag, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncFolder makes new names last.
func syncFolder(root *os.Root) error {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// compare orders lines as the search tree is read: by branch, then by what was
// asked.
func compare(a, b line) int {
	return cmp.Or(compareBranches(a.Branch, b.Branch), cmp.Compare(a.Occurrence, b.Occurrence),
		cmp.Compare(a.Function, b.Function), cmp.Compare(a.Input, b.Input), cmp.Compare(a.Hash, b.Hash))
}

// compareBranches compares index by index, as numbers where both are.
func compareBranches(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		x, errX := strconv.Atoi(as[i])
		y, errY := strconv.Atoi(bs[i])
		c := cmp.Compare(as[i], bs[i])
		if errX == nil && errY == nil {
			c = cmp.Or(cmp.Compare(x, y), c)
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}
