package tokenizer

// pairTable maps two neighbouring tokens to the merge that joins them: an open
// addressed hash table that is only read once it is built.
type pairTable struct {
	slots []pairSlot
	mask  uint64
}

type pairSlot struct {
	key  uint64 // left<<32 | right, plus one: 0 is an empty slot
	rank int32
	id   int32 // the token that the pair becomes
}

func newPairTable(n int) pairTable {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return pairTable{make([]pairSlot, size), uint64(size - 1)}
}

func pairKey(a, b int32) uint64 { return uint64(uint32(a))<<32 | uint64(uint32(b)) }

// slot finds the place of a key by linear probing (Fibonacci hashing).
func (t *pairTable) slot(key uint64) *pairSlot {
	h := key * 0x9E3779B97F4A7C15
	for i := h ^ h>>29; ; i++ {
		if s := &t.slots[i&t.mask]; s.key == 0 || s.key == key+1 {
			return s
		}
	}
}

func (t *pairTable) put(a, b, rank, id int32) {
	*t.slot(pairKey(a, b)) = pairSlot{pairKey(a, b) + 1, rank, id}
}

// get returns the rank of a pair and what it becomes; noRank when the two never merge.
func (t *pairTable) get(a, b int32) (rank, id int32) {
	if s := t.slot(pairKey(a, b)); s.key != 0 {
		return s.rank, s.id
	}
	return noRank, -1
}

const noRank = int32(1<<31 - 1)
