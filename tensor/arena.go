package tensor

import (
	"github.com/stepgrain/stepgrain/internal/hugepages"
	"github.com/stepgrain/stepgrain/kernels"
)

// Arena hands out tensors of one element type from large blocks that it keeps.
// Allocation moves an offset; [Arena.Release] and [Arena.Reset] move it back.
// After the first rounds no call allocates on the Go heap, tensor headers
// included, so a tensor must not be used after its memory was given back.
//
// An Arena is for one goroutine.
type Arena struct {
	dt     kernels.DType
	blocks []kernels.Buffer
	total  int // elements in all blocks
	block  int // the block in use
	off    int // its first free element

	headers [][]Tensor // slabs of headersPerSlab, never moved
	used    int
}

// Mark is a state of an [Arena] to return to.
type Mark struct{ block, off, used int }

const (
	minBlock       = 1 << 16 // elements
	align          = 16      // elements: 64 bytes of float32, one cache line
	headersPerSlab = 256
)

// NewArena returns an empty arena for tensors of type dt.
func NewArena(dt kernels.DType) *Arena { return &Arena{dt: dt} }

// DType returns the element type of the arena's tensors.
func (a *Arena) DType() kernels.DType { return a.dt }

// Alloc returns a tensor of zeros.
func (a *Arena) Alloc(shape ...int) *Tensor {
	t := a.AllocDirty(shape...)
	t.Zero()
	return t
}

// AllocDirty returns a tensor with whatever the memory held.
func (a *Arena) AllocDirty(shape ...int) *Tensor {
	t := a.header()
	t.setShape("Arena.Alloc", shape)
	t.Buf = a.take(t.Len())
	return t
}

// Mark remembers the present state.
func (a *Arena) Mark() Mark { return Mark{a.block, a.off, a.used} }

// Release gives back everything allocated since m was taken.
func (a *Arena) Release(m Mark) { a.block, a.off, a.used = m.block, m.off, m.used }

// Reset gives everything back. The blocks are kept.
func (a *Arena) Reset() { a.Release(Mark{}) }

// Bytes returns the size of the blocks that the arena holds.
func (a *Arena) Bytes() int { return a.total * a.dt.Size() }

func (a *Arena) take(n int) kernels.Buffer {
	size := (n + align - 1) &^ (align - 1)
	for ; a.block < len(a.blocks); a.block, a.off = a.block+1, 0 {
		if b := a.blocks[a.block]; a.off+size <= b.Len() {
			a.off += size
			return b.Slice(a.off-size, a.off-size+n)
		}
	}
	// Blocks grow with the total, so that their number stays small.
	b := allocate(a.dt, max(size, a.total, minBlock))
	switch b.DType { // a pass over activations then needs few entries of the TLB
	case kernels.F64:
		hugepages.Advise(b.F64())
	case kernels.F32:
		hugepages.Advise(b.F32())
	}
	a.blocks = append(a.blocks, b)
	a.total += b.Len()
	a.off = size
	return b.Slice(0, n)
}

func (a *Arena) header() *Tensor {
	if a.used == len(a.headers)*headersPerSlab {
		a.headers = append(a.headers, make([]Tensor, headersPerSlab))
	}
	t := &a.headers[a.used/headersPerSlab][a.used%headersPerSlab]
	a.used++
	return t
}
