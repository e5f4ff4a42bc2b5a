package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/stepgrain/stepgrain/internal/regular"
)

// File is an open safetensors file. Its methods may be called from several
// goroutines at once.
type File struct {
	Path     string
	Metadata map[string]string // "__metadata__"; nil when absent

	f      io.ReaderAt
	close  func() error
	start  int64 // where the data begins
	infos  []*Info
	byName map[string]*Info
}

// Open reads and checks the header of the file at path. Errors name the file
// and, where one is at fault, the tensor.
func Open(path string) (*File, error) {
	f, size, err := regular.Open(path)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	file, err := NewFile(path, f, size)
	if err != nil {
		f.Close()
		return nil, err
	}
	file.close = f.Close
	return file, nil
}

// NewFile is Open for size bytes of r; path is used in messages only.
func NewFile(path string, r io.ReaderAt, size int64) (*File, error) {
	fail := func(err error) (*File, error) { return nil, fmt.Errorf("safetensors: %s: %w", path, err) }
	var word [8]byte
	if size < 8 {
		return fail(fmt.Errorf("%d bytes: too short for a safetensors file", size))
	}
	if _, err := r.ReadAt(word[:], 0); err != nil {
		return fail(err)
	}
	n := binary.LittleEndian.Uint64(word[:])
	if n > MaxHeader || n > uint64(size-8) {
		return fail(fmt.Errorf("the header is said to be %d bytes long, in a file of %d (at most %d are read): cut off, or not a safetensors file", n, size, MaxHeader))
	}
	header := make([]byte, n)
	if _, err := io.ReadFull(io.NewSectionReader(r, 8, int64(n)), header); err != nil {
		return fail(err)
	}
	infos, metadata, err := parseHeader(header, size-8-int64(n))
	if err != nil {
		return fail(err)
	}
	f := &File{Path: path, Metadata: metadata, f: r, start: 8 + int64(n), infos: infos, byName: make(map[string]*Info, len(infos))}
	for _, t := range infos {
		f.byName[t.Name] = t
	}
	return f, nil
}

// Close closes the file.
func (f *File) Close() error {
	if f.close == nil {
		return nil
	}
	return f.close()
}

// Tensors lists the tensors in the order in which they stand in the file.
func (f *File) Tensors() []*Info { return f.infos }

// Lookup returns the tensor of that name, or nil.
func (f *File) Lookup(name string) *Info { return f.byName[name] }

// Bytes reads a tensor as it is stored.
func (f *File) Bytes(name string) ([]byte, error) {
	t, err := f.want(name)
	if err != nil {
		return nil, err
	}
	b := make([]byte, t.End-t.Begin)
	return b, f.readAt(t, b, 0)
}

func (f *File) want(name string) (*Info, error) {
	if t := f.byName[name]; t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("safetensors: %s: no tensor %q", f.Path, name)
}

func (f *File) readAt(t *Info, b []byte, at int64) error {
	if len(b) == 0 {
		return nil
	}
	if _, err := io.ReadFull(io.NewSectionReader(f.f, f.start+t.Begin+at, int64(len(b))), b); err != nil {
		return fmt.Errorf("safetensors: %s: tensor %q: %w", f.Path, t.Name, err)
	}
	return nil
}

// chunks reads a tensor piece by piece, so that a conversion never holds a
// second copy of it. Pieces hold whole elements.
func (f *File) chunks(t *Info, each func(b []byte)) error {
	buf := make([]byte, min(1<<20, t.End-t.Begin))
	for at := int64(0); at < t.End-t.Begin; at += int64(len(buf)) {
		b := buf[:min(int64(len(buf)), t.End-t.Begin-at)]
		if err := f.readAt(t, b, at); err != nil {
			return err
		}
		each(b)
	}
	return nil
}
