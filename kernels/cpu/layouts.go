package cpu

import (
	"sync"

	"github.com/stepgrain/stepgrain/kernels"
)

// layouts are the panels of 32 columns of a weight w[N,K] that its products
// read. Both keep their memory from one version of w to the next.
type layouts[E float32 | uint32] struct {
	forward []E // of wᵀ, for Linear; made by Pack

	mu       sync.Mutex
	backward []E  // of w, for LinearBackwardX
	current  bool // backward was made of the present w
}

// filler makes panels of w, all of them.
type filler[E float32 | uint32] func(b *Backend, panels []E, w *kernels.Weight)

// pack makes the forward panels, size numbers, of a new w.
func (l *layouts[E]) pack(b *Backend, w *kernels.Weight, size int, fill filler[E]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current = false
	l.forward = resized(b, l.forward, size)
	fill(b, l.forward, w)
}

// panelsBackward returns the backward panels, size numbers. They are made when
// they are first asked for: weights that are never trained need none.
func (l *layouts[E]) panelsBackward(b *Backend, w *kernels.Weight, size int, fill filler[E]) []E {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.current {
		l.backward = resized(b, l.backward, size)
		fill(b, l.backward, w)
		l.current = true
	}
	return l.backward
}

// resized returns old if it has size numbers, and new memory otherwise.
func resized[E float32 | uint32](b *Backend, old []E, size int) []E {
	if len(old) == size {
		return old
	}
	return weightRoom[E](b, size)
}
