package tokenizer

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// wordCache remembers the ids of pieces seen before; language repeats itself,
// so nearly every look-up hits. A fixed table of atomic pointers, one entry per
// hash: no locks, bounded memory, and a lost race only costs a second merge. What
// is remembered never changes a result.
type wordCache struct {
	seed  maphash.Seed
	slots []atomic.Pointer[cachedWord]
}

type cachedWord struct {
	word string
	ids  []int32
}

const (
	cacheSlots   = 1 << 14
	cacheLongest = 128 // bytes; longer pieces hardly repeat
)

func newWordCache() *wordCache {
	return &wordCache{maphash.MakeSeed(), make([]atomic.Pointer[cachedWord], cacheSlots)}
}

// find returns the slot of a word and its ids when they are known.
func (c *wordCache) find(word string) (slot *atomic.Pointer[cachedWord], ids []int32, ok bool) {
	slot = &c.slots[maphash.String(c.seed, word)%cacheSlots]
	if e := slot.Load(); e != nil && e.word == word {
		return slot, e.ids, true
	}
	return slot, nil, false
}

func store(slot *atomic.Pointer[cachedWord], word string, ids []int32) {
	slot.Store(&cachedWord{strings.Clone(word), append([]int32(nil), ids...)})
}
