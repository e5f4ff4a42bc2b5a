package cpu

import (
	"syscall"
	"unsafe"
)

// inHugePages asks for huge pages under memory that was just made and not yet
// touched. A weight that is read once for each token is too large for the
// table of small pages, and the prefetcher stops at the end of each.
func inHugePages[E float32 | uint32](s []E) []E {
	const huge, advice = 2 << 20, 14 // MADV_HUGEPAGE
	if len(s)*4 < 2*huge {
		return s
	}
	mem := unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), len(s)*4)
	skip := -uintptr(unsafe.Pointer(&mem[0])) % huge
	mem = mem[skip:]
	_ = syscall.Madvise(mem[:len(mem)&^(huge-1)], advice) // refused: small pages then
	return s
}
