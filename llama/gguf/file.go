package gguf

import (
	"cmp"
	"fmt"
	"io"
	"math/bits"
	"slices"

	"github.com/stepgrain/stepgrain/internal/clip"
	"github.com/stepgrain/stepgrain/internal/regular"
)

// File is an open GGUF file.
type File struct {
	Path    string
	Version int
	// Keys are the names of the metadata in the order of the file.
	Keys []string

	r       io.ReaderAt
	close   func() error
	values  map[string]any
	tensors []*Tensor
	byName  map[string]*Tensor
}

// Tensor describes a tensor of a file.
type Tensor struct {
	Name  string
	Type  Type
	Shape []int // row-major: the last dimension is contiguous

	offset int64 // first byte, from the start of the file
	size   int64
}

// Open reads and checks the head of the file at path.
func Open(path string) (*File, error) {
	f, size, err := regular.Open(path)
	if err != nil {
		return nil, fmt.Errorf("gguf: %w", err)
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
	f := &File{Path: path, r: r, values: map[string]any{}, byName: map[string]*Tensor{}}
	if err := f.readHead(newCursor(r, size), size); err != nil {
		return nil, fmt.Errorf("gguf: %s: %w", path, err)
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

// Tensors lists the tensors in the order of the file's head.
func (f *File) Tensors() []*Tensor { return f.tensors }

// Lookup returns the tensor of that name, or nil.
func (f *File) Lookup(name string) *Tensor { return f.byName[name] }

func (f *File) readHead(c *cursor, size int64) error {
	if magic := c.bytes(4); c.err == nil && string(magic) != "GGUF" {
		return fmt.Errorf("the file begins with %q, not \"GGUF\"", magic)
	}
	version, nTensors, nMetadata := c.u32(), c.u64(), c.u64()
	switch {
	case c.err != nil:
		return c.err
	case version != 2 && version != 3:
		return fmt.Errorf("version %d is not read (2, 3); big-endian files show absurd versions", version)
	case nTensors > uint64(c.left)/24 || nMetadata > uint64(c.left)/13: // the least that one takes
		return fmt.Errorf("%d tensors and %d metadata are said to be in %d bytes: the file is cut off or damaged", nTensors, nMetadata, size)
	}
	f.Version = int(version)
	for range nMetadata {
		key := c.text()
		value := c.value(c.u32(), 0)
		if c.err != nil {
			return fmt.Errorf("metadata %q: %w", clip.Name(key), c.err)
		}
		if _, twice := f.values[key]; twice {
			return fmt.Errorf("metadata %q twice", clip.Name(key))
		}
		f.Keys = append(f.Keys, key)
		f.values[key] = value
	}
	for range nTensors {
		t, err := readTensor(c)
		if err != nil {
			return fmt.Errorf("tensor %q: %w", clip.Name(t.Name), err)
		}
		if f.byName[t.Name] != nil {
			return fmt.Errorf("tensor %q twice", clip.Name(t.Name))
		}
		f.tensors = append(f.tensors, t)
		f.byName[t.Name] = t
	}
	return f.place(c.at, size)
}

// readTensor reads one entry of the tensor table; offset is still relative.
func readTensor(c *cursor) (*Tensor, error) {
	t := &Tensor{Name: c.text()}
	n := c.u32()
	if c.err == nil && n > 4 {
		return t, fmt.Errorf("%d dimensions; at most 4 are allowed", n)
	}
	elements := uint64(1)
	for range n {
		d := c.u64()
		hi, lo := bits.Mul64(elements, d)
		if c.err == nil && (d == 0 || hi != 0 || lo >= 1<<56) {
			return t, fmt.Errorf("a dimension of %d makes the tensor impossible", d)
		}
		elements = lo
		t.Shape = append(t.Shape, int(d))
	}
	t.Type = Type(c.u32())
	offset := c.u64()
	if c.err != nil {
		return t, c.err
	}
	if offset >= 1<<62 {
		return t, fmt.Errorf("offset %d lies outside any file", offset)
	}
	t.offset = int64(offset)
	block, bytes := t.Type.block()
	if block == 0 {
		return t, fmt.Errorf("type %s is not read (F32, F16, BF16, Q8_0, Q4_0, Q4_1): quantise the model to one of these", t.Type)
	}
	row := 1
	if n > 0 {
		row = t.Shape[0]
	}
	if row%block != 0 {
		return t, fmt.Errorf("rows of %d do not divide into blocks of %d of %s", row, block, t.Type)
	}
	slices.Reverse(t.Shape) // the file has the fastest dimension first
	t.size = int64(elements/uint64(block)) * int64(bytes)
	return t, nil
}

// place turns offsets into positions in the file and checks them.
func (f *File) place(head, size int64) error {
	align := int64(32)
	if v, ok := f.values["general.alignment"]; ok {
		n, ok := v.(int64)
		if !ok || n <= 0 || n > 1<<20 || n&(n-1) != 0 {
			return fmt.Errorf("general.alignment %v is not a power of two", v)
		}
		align = n
	}
	start := (head + align - 1) / align * align
	order := slices.Clone(f.tensors)
	slices.SortStableFunc(order, func(a, b *Tensor) int { return cmp.Compare(a.offset, b.offset) })
	end := start
	for i, t := range order {
		if t.offset%align != 0 {
			return fmt.Errorf("tensor %q: offset %d is not a multiple of %d", clip.Name(t.Name), t.offset, align)
		}
		t.offset += start
		if t.offset < end {
			return fmt.Errorf("tensor %q overlaps tensor %q", clip.Name(t.Name), clip.Name(order[i-1].Name))
		}
		if t.offset > size || t.size > size-t.offset {
			return fmt.Errorf("tensor %q: bytes %d to %d lie beyond the file's %d: it is cut off or damaged", clip.Name(t.Name), t.offset, t.offset+t.size, size)
		}
		end = t.offset + t.size
	}
	return nil
}
