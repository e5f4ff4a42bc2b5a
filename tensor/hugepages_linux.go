package tensor

import (
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
	"golang.org/x/sys/unix"
)

// adviseHugePages asks the kernel to back a large block with 2 MiB pages: a
// pass over activations then needs few entries of the TLB. It is a hint; an
// error changes nothing.
func adviseHugePages(b kernels.Buffer) {
	const huge = 2 << 20
	var p unsafe.Pointer
	switch b.DType {
	case kernels.F64:
		p = unsafe.Pointer(unsafe.SliceData(b.F64()))
	case kernels.F32:
		p = unsafe.Pointer(unsafe.SliceData(b.F32()))
	default:
		return
	}
	mem := unsafe.Slice((*byte)(p), b.Len()*b.DType.Size())
	skip := int(-uintptr(p) & (huge - 1)) // to the next 2 MiB boundary
	if skip+huge > len(mem) {
		return
	}
	_ = unix.Madvise(mem[skip:skip+(len(mem)-skip)&^(huge-1)], unix.MADV_HUGEPAGE)
}
