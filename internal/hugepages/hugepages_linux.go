package hugepages

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// size is that of a huge page.
const size = 2 << 20

// Advise asks for huge pages under s, best before it is first touched: under
// the whole ones among them, so memory of less than 2 MiB stays as it is. It is
// a hint; an error changes nothing.
func Advise[E float32 | float64 | uint32 | ~uint16](s []E) {
	p := unsafe.Pointer(unsafe.SliceData(s))
	mem := unsafe.Slice((*byte)(p), len(s)*int(unsafe.Sizeof(*new(E))))
	skip := int(-uintptr(p) & (size - 1)) // to the next boundary
	if skip+size > len(mem) {
		return
	}
	_ = unix.Madvise(mem[skip:skip+(len(mem)-skip)&^(size-1)], unix.MADV_HUGEPAGE)
}
