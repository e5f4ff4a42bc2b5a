package cpu

import (
	"sync"
	"unsafe"
)

// arena hands out memory for packed weights, one after the other in huge pages.
// A matrix of a layer is often smaller than such a page, and pages of 4 KiB would
// stop the processor's prefetcher at each end: one row by weights from main memory
// took a tenth longer with 8 bits, a fifth with 4. Nothing is given back: memory
// that weights share is free when none of them is left.
type arena struct {
	mu    sync.Mutex
	rest  []float32 // of the present piece
	given int       // so far
}

// Pieces, in numbers of 4 bytes, grow with what is asked for. What is not touched
// takes no memory.
const leastPiece, mostPiece = 1 << 20, 1 << 24

// take returns n numbers that are zero, from a border of 64 bytes on.
func (a *arena) take(n int) []float32 {
	n = roundUp(n, 16)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.given += n
	if n > len(a.rest) {
		piece := min(max(leastPiece, a.given), mostPiece)
		if 4*n > piece {
			return roomy(n)
		}
		a.rest = roomy(piece)
	}
	s := a.rest[:n:n]
	a.rest = a.rest[n:]
	return s
}

// weightRoom returns size elements for a packed weight.
func weightRoom[E float32 | uint32 | int8 | byte](b *Backend, size int) []E {
	var e E
	numbers := (size*int(unsafe.Sizeof(e)) + 3) / 4
	return unsafe.Slice((*E)(unsafe.Pointer(unsafe.SliceData(b.weights.take(numbers)))), size)
}
