package gguf

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// cursor reads the head of a file. It knows how many bytes are left, so that a
// length that cannot be true is refused before memory is taken for it.
type cursor struct {
	r    *bufio.Reader
	at   int64
	left int64
	err  error // the first error; reads after it give zeros
}

func newCursor(r io.ReaderAt, size int64) *cursor {
	return &cursor{r: bufio.NewReaderSize(io.NewSectionReader(r, 0, size), 1<<16), left: size}
}

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// bytes reads n bytes; nil after an error.
func (c *cursor) bytes(n uint64) []byte {
	if c.err == nil && n > uint64(c.left) {
		c.fail("%d bytes wanted at byte %d, the file has %d more: it is cut off or damaged", n, c.at, c.left)
	}
	if c.err != nil {
		return nil
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(c.r, b); err != nil {
		c.fail("%w", err)
		return nil
	}
	c.at, c.left = c.at+int64(n), c.left-int64(n)
	return b
}

func (c *cursor) uint(size uint64) uint64 {
	var b [8]byte
	copy(b[:], c.bytes(size))
	return binary.LittleEndian.Uint64(b[:])
}

func (c *cursor) u32() uint32 { return uint32(c.uint(4)) }
func (c *cursor) u64() uint64 { return c.uint(8) }

func (c *cursor) text() string { return string(c.bytes(c.u64())) }

// The types of metadata values.
const (
	typeU8, typeI8, typeU16, typeI16, typeU32, typeI32, typeF32 = 0, 1, 2, 3, 4, 5, 6
	typeBool, typeText, typeList, typeU64, typeI64, typeF64     = 7, 8, 9, 10, 11, 12
)

// least[t] is the smallest number of bytes that a value of type t takes.
var least = [...]uint64{1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8}

// value reads a value of type t: an int64 (all integers but u64 beyond its
// range, which stay uint64), float64, bool, string, or a list of these.
func (c *cursor) value(t uint32, depth int) any {
	switch t {
	case typeU8:
		return int64(c.uint(1))
	case typeI8:
		return int64(int8(c.uint(1)))
	case typeU16:
		return int64(c.uint(2))
	case typeI16:
		return int64(int16(c.uint(2)))
	case typeU32:
		return int64(c.uint(4))
	case typeI32:
		return int64(int32(c.uint(4)))
	case typeI64:
		return int64(c.u64())
	case typeU64:
		u := c.u64()
		if u > math.MaxInt64 {
			return u
		}
		return int64(u)
	case typeF32:
		return float64(math.Float32frombits(c.u32()))
	case typeF64:
		return math.Float64frombits(c.u64())
	case typeBool:
		return c.uint(1) != 0
	case typeText:
		return c.text()
	case typeList:
		return c.list(depth)
	}
	c.fail("value type %d is not known", t)
	return nil
}

// list reads a list: []int64, []float64, []string, []bool, or []any for lists
// of lists.
func (c *cursor) list(depth int) any {
	t, n := c.u32(), c.u64()
	switch {
	case c.err != nil:
		return nil
	case int(t) >= len(least):
		c.fail("a list of values of type %d, which is not known", t)
		return nil
	case depth > 4:
		c.fail("lists within lists within lists")
		return nil
	case n > uint64(c.left)/least[t]:
		c.fail("a list of %d values, and only %d bytes left: the file is cut off or damaged", n, c.left)
		return nil
	}
	switch t {
	case typeText:
		return collect(c, n, func() string { return c.text() })
	case typeBool:
		return collect(c, n, func() bool { return c.uint(1) != 0 })
	case typeF32, typeF64:
		return collect(c, n, func() float64 { return c.value(t, 0).(float64) })
	case typeList:
		return collect(c, n, func() any { return c.list(depth + 1) })
	}
	return collect(c, n, func() int64 {
		v, ok := c.value(t, 0).(int64)
		if !ok {
			c.fail("a list holds a number beyond 2⁶³−1")
		}
		return v
	})
}

func collect[T any](c *cursor, n uint64, one func() T) []T {
	list := make([]T, 0, min(n, 1<<16)) // grows as the bytes bear the length out
	for i := uint64(0); i < n && c.err == nil; i++ {
		list = append(list, one())
	}
	return list
}
