package pyrand

import (
	"fmt"
	"math/big"
	"math/bits"
)

// Rand is Python's random.Random. It is not safe for concurrent use.
type Rand struct{ mt twister }

// New is random.Random(seed).
func New(seed int64) *Rand { return NewBig(big.NewInt(seed)) }

// NewBig is New for seeds of any size. Python takes the magnitude: -1 and 1 seed
// alike.
func NewBig(seed *big.Int) *Rand {
	var key []uint32
	rest := new(big.Int).Abs(seed)
	word := new(big.Int)
	for mask := big.NewInt(1<<32 - 1); rest.Sign() > 0; rest.Rsh(rest, 32) {
		key = append(key, uint32(word.And(rest, mask).Uint64()))
	}
	if len(key) == 0 {
		key = []uint32{0}
	}
	r := &Rand{}
	r.mt.initMany(key)
	return r
}

// Random is a number from [0, 1) with 53 random bits.
func (r *Rand) Random() float64 {
	a, b := r.mt.uint32()>>5, r.mt.uint32()>>6
	return (float64(a)*(1<<26) + float64(b)) / (1 << 53)
}

// Bits is getrandbits(k) for k from 0 to 64.
func (r *Rand) Bits(k int) uint64 {
	switch {
	case k < 0 || k > 64:
		panic(fmt.Sprintf("pyrand: Bits: %d bits, want 0 to 64", k))
	case k == 0:
		return 0
	case k <= 32:
		return uint64(r.mt.uint32() >> (32 - k))
	}
	low := uint64(r.mt.uint32())
	return low | uint64(r.mt.uint32()>>(64-k))<<32
}

// BigBits is getrandbits(k) for any k that is not negative.
func (r *Rand) BigBits(k int) *big.Int {
	if k < 0 {
		panic(fmt.Sprintf("pyrand: BigBits: %d bits", k))
	}
	v, word := new(big.Int), new(big.Int)
	for at := 0; at < k; at += 32 {
		word.SetUint64(r.Bits(min(32, k-at)))
		v.Or(v, word.Lsh(word, uint(at)))
	}
	return v
}

// Below is a number from [0, n), as random._randbelow draws it: bits until they
// are small enough. One choice alone draws too. It panics unless n > 0.
func (r *Rand) Below(n int) int {
	if n <= 0 {
		panic(fmt.Sprintf("pyrand: Below: nothing is below %d", n))
	}
	k := bits.Len(uint(n))
	for {
		if v := r.Bits(k); v < uint64(n) {
			return int(v)
		}
	}
}

// Int is randint(a, b): a number from [a, b]. It panics unless a <= b.
func (r *Rand) Int(a, b int) int {
	if a > b {
		panic(fmt.Sprintf("pyrand: Int: no number from %d to %d", a, b))
	}
	return a + r.Below(b-a+1)
}

// Shuffle is shuffle of a list of n, by a function that swaps two entries.
func (r *Rand) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, r.Below(i+1))
	}
}

// Choice is choice(items). It panics when there are none.
func Choice[T any](r *Rand, items []T) T { return items[r.Below(len(items))] }
