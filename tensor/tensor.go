package tensor

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// Tensor is a dense row-major array. Tensors share memory when copied.
type Tensor struct {
	Buf   kernels.Buffer
	Shape []int

	inline [4]int // backs Shape of tensors that an Arena hands out
}

// New allocates a tensor of zeros on the heap.
func New(dt kernels.DType, shape ...int) *Tensor {
	t := &Tensor{}
	t.setShape("New", shape)
	t.Buf = allocate(dt, t.Len())
	return t
}

// From wraps data, which must fill the shape, as a float32 or float64 tensor.
func From[F float32 | float64](data []F, shape ...int) *Tensor {
	return Wrap(kernels.Of(data), shape...)
}

// Wrap gives a buffer a shape.
func Wrap(b kernels.Buffer, shape ...int) *Tensor {
	t := &Tensor{Buf: b}
	t.setShape("Wrap", shape)
	if b.Len() != t.Len() {
		panic(fmt.Sprintf("tensor: Wrap: %d elements for shape %v, which has %d", b.Len(), shape, t.Len()))
	}
	return t
}

// Len returns the number of elements. A tensor without dimensions has one.
func (t *Tensor) Len() int { return volume(t.Shape) }

// Rows returns the number of rows: all elements divided by [Tensor.Cols].
func (t *Tensor) Rows() int { return volume(t.Shape[:max(0, len(t.Shape)-1)]) }

// Cols returns the size of the last dimension, 1 when there is none.
func (t *Tensor) Cols() int {
	if len(t.Shape) == 0 {
		return 1
	}
	return t.Shape[len(t.Shape)-1]
}

// Row returns row i of the tensor seen as [Rows, Cols].
func (t *Tensor) Row(i int) kernels.Buffer {
	c := t.Cols()
	return t.Buf.Slice(i*c, (i+1)*c)
}

// Span returns rows lo to hi of the tensor seen as [Rows, Cols]: [hi-lo, Cols],
// in the same memory.
func (t *Tensor) Span(lo, hi int) *Tensor {
	c := t.Cols()
	return Wrap(t.Buf.Slice(lo*c, hi*c), hi-lo, c)
}

// DType returns the element type.
func (t *Tensor) DType() kernels.DType { return t.Buf.DType }

// Zero sets all elements to zero.
func (t *Tensor) Zero() { Zero(t.Buf) }

// Floats returns a copy of the elements widened to float64.
func (t *Tensor) Floats() []float64 {
	out := make([]float64, t.Len())
	for i := range out {
		out[i] = t.Buf.At(i)
	}
	return out
}

// Zero clears a buffer. An absent buffer is left alone.
func Zero(b kernels.Buffer) {
	switch {
	case b.IsZero():
	case b.DType == kernels.F64:
		clear(b.F64())
	case b.DType == kernels.BF16:
		clear(b.BF16())
	default:
		clear(b.F32())
	}
}

// ZeroOn clears a buffer with all that a device has for it.
func ZeroOn(dev kernels.Backend, b kernels.Buffer) {
	if d, ok := dev.(interface{ Zero(kernels.Buffer, int) }); ok && b.DType == kernels.F32 {
		d.Zero(b, b.Len())
		return
	}
	Zero(b)
}

// Copy copies src to dst, which have the same type and length.
func Copy(dst, src kernels.Buffer) {
	if dst.DType != src.DType || dst.Len() != src.Len() {
		panic(fmt.Sprintf("tensor: Copy: %d × %s to %d × %s", src.Len(), src.DType, dst.Len(), dst.DType))
	}
	switch {
	case dst.Len() == 0:
	case dst.DType == kernels.F64:
		copy(dst.F64(), src.F64())
	case dst.DType == kernels.BF16:
		copy(dst.BF16(), src.BF16())
	default:
		copy(dst.F32(), src.F32())
	}
}

func (t *Tensor) setShape(op string, shape []int) {
	for _, d := range shape {
		if d < 0 {
			// A copy: shape itself must not escape, for it is made at every call.
			panic(fmt.Sprintf("tensor: %s: shape %v has a negative size", op, append([]int(nil), shape...)))
		}
	}
	if len(shape) > len(t.inline) {
		t.Shape = append([]int(nil), shape...)
		return
	}
	t.Shape = t.inline[:copy(t.inline[:], shape)]
}

func volume(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func allocate(dt kernels.DType, n int) kernels.Buffer {
	switch dt {
	case kernels.F64:
		return kernels.Of(make([]float64, n))
	case kernels.BF16:
		return kernels.Of(make([]kernels.BFloat16, n))
	}
	return kernels.Of(make([]float32, n))
}
