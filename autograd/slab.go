package autograd

// slab hands out pointers to zero values of T and takes them all back at once.
type slab[T any] struct {
	chunks [][]T
	used   int
}

const slabChunk = 128

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
