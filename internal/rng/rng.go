package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
)

// New returns the stream of a seed and a path, for instance
// New(seed, "rollout", iteration, task). Path elements are strings or integers;
// equal paths give equal streams, different paths independent ones.
func New(seed uint64, path ...any) *rand.Rand {
	return rand.New(rand.NewChaCha8(key(seed, path)))
}

// Derive returns a seed for a sub-system: New(Derive(s, "a"), "b") is a stream
// of its own.
func Derive(seed uint64, path ...any) uint64 {
	k := key(seed, path)
	return binary.LittleEndian.Uint64(k[:8])
}

func key(seed uint64, path []any) [32]byte {
	b := binary.LittleEndian.AppendUint64(nil, seed)
	for _, p := range path {
		switch v := p.(type) {
		case string:
			b = append(b, 's')
			b = binary.LittleEndian.AppendUint64(b, uint64(len(v)))
			b = append(b, v...)
		case int:
			b = append(b, 'i')
			b = binary.LittleEndian.AppendUint64(b, uint64(v))
		default:
			panic(fmt.Sprintf("rng: path element %v is a %T; want a string or an int", p, p))
		}
	}
	return sha256.Sum256(b)
}
