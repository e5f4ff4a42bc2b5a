package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// Lookups copy bits. The sums of their backward passes run in a stated order,
// so float32 gives one answer: the one of ref in float32.
func embedding(s *suite, t *testing.T) {
	for _, d := range lengths(1) {
		const T, V = 11, 6
		table, dy, dtable := s.normal(V*d, 1), s.normal(T*d, 1), s.normal(V*d, 1)
		table[0] = math.Copysign(0, -1)
		ids := s.below(T, V) // some of them twice
		label := fmt.Sprintf("d=%d", d)
		for _, rows := range [][]int32{ids, ids[:1], {}} {
			n := len(rows) * d
			s.likeRef(t, "Embedding "+label, func(b kernels.Backend, m *memory) {
				b.Embedding(m.out("y", n), m.in("table", table), rows, d)
			})
			s.likeRef(t, "EmbeddingBackward "+label, func(b kernels.Backend, m *memory) {
				b.EmbeddingBackward(m.inout("dtable", dtable), m.in("dy", dy[:n]), rows, d)
			})
			s.likeRef(t, "GatherRows "+label, func(b kernels.Backend, m *memory) {
				b.GatherRows(m.out("y", n), m.in("x", table), rows, d)
			})
			s.likeRef(t, "ScatterAddRows "+label, func(b kernels.Backend, m *memory) {
				b.ScatterAddRows(m.inout("x", dtable), m.in("y", dy[:n]), rows, d)
			})
		}
	}
	const T, V, d = 900, 40, 24 // enough rows to be split among workers
	dy, ids := s.normal(T*d, 1), s.below(T, V)
	s.likeRef(t, "EmbeddingBackward of many rows", func(b kernels.Backend, m *memory) {
		b.EmbeddingBackward(m.inout("dtable", make([]float64, V*d)), m.in("dy", dy), ids, d)
	})
}

// likeRef requires the bits of the reference in the backend's element type.
func (s *suite) likeRef(t *testing.T, label string, c call) {
	t.Helper()
	sameBits(t, label, s.run(t, label, s.b, s.dt, c), s.run(t, label, reference, s.dt, c))
}
