package cpu

import (
	"unsafe"

	"github.com/stepgrain/stepgrain/internal/hugepages"
)

// scratch is memory that kernels reuse from call to call, so that a training
// step in steady state allocates nothing.
type scratch struct {
	slots [numSlots][]float32
	tile  blockTile // of a product with a weight in blocks
	attentionScratch
}

// The slots of a worker's scratch; a kernel may hold several at once.
const (
	slotPanel = iota // the last, narrow panel of B, padded
	slotTile         // partial sums of a block of C
	slotSum          // sums of a block of C before their epilogue
	slotA            // a block of a transposed A, packed
	slotKT           // a chunk of keys, transposed
	slotVT           // a chunk of values, transposed
	slotS            // scores
	slotD            // gradients of scores
	slotO            // output of a chunk
	slotML           // running maxima and sums
	slotQuant        // activations rounded to integers
	slotSums         // of Backend.sums
	slotA16          // a left operand, converted to bf16
	slotB16          // panels of a right operand, the same
	numSlots
)

// get returns n numbers of unspecified content.
func (s *scratch) get(slot, n int) []float32 {
	if cap(s.slots[slot]) < n {
		s.slots[slot] = roomy(n + n/4)
	}
	return s.slots[slot][:n]
}

// roomy returns n numbers in whole huge pages if they would fill a quarter of
// one, and from a border of 64 bytes on otherwise, so that no vector of a panel
// straddles two lines of the cache.
func roomy(n int) []float32 {
	const page = 2 << 20 / 4
	if n < page/4 {
		return aligned(make([]float32, n+15))[:n]
	}
	s := make([]float32, roundUp(n, page)+page)
	s = s[-uintptr(unsafe.Pointer(&s[0]))/4%page:][:roundUp(n, page)]
	hugepages.Advise(s)
	return s
}
