package limits

import (
	"syscall"
	"unsafe"

	"github.com/stepgrain/stepgrain/internal/hugepages"
)

// hugePage is the size of a huge page of all our processors.
const hugePage = 2 << 20

// pages returns n zeros, in huge pages when they fill some.
func pages(n int) []float32 {
	if n*4 < hugePage {
		return make([]float32, n)
	}
	mem, err := syscall.Mmap(-1, 0, n*4, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		return make([]float32, n)
	}
	x := unsafe.Slice((*float32)(unsafe.Pointer(&mem[0])), n)
	hugepages.Advise(x)
	return x
}

// release undoes pages.
func release(x []float32) {
	if len(x)*4 >= hugePage {
		// An error means that it was not mapped, and the garbage collector's.
		_ = syscall.Munmap(unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), len(x)*4))
	}
}
