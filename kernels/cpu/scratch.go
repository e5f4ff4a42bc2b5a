package cpu

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
		s.slots[slot] = make([]float32, n+n/4)
	}
	return s.slots[slot][:n]
}
