package autograd

// slab hands out pointers to zero values of T and takes them all back at once.
type slab[T any] struct {
	chunks [][]T
	used   int
}

const slabChunk = 128

func (s *slab[T]) reset() { s.used = 0 }

// slabOf returns the tape's slab of operations of type O.
func slabOf[O any](t *Tape) *slab[O] {
	key := any((*O)(nil)) // names the type, without an allocation
	s, ok := t.slabs[key].(*slab[O])
	if !ok {
		s = new(slab[O])
		t.slabs[key] = s
	}
	return s
}

func (s *slab[T]) next() *T {
	if s.used == len(s.chunks)*slabChunk {
		s.chunks = append(s.chunks, make([]T, slabChunk))
	}
	p := &s.chunks[s.used/slabChunk][s.used%slabChunk]
	s.used++
	var zero T
	*p = zero
	return p
}
