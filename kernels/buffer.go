package kernels

import (
	"fmt"
	"math"
	"unsafe"
)

// DType is the element type of a [Buffer].
type DType uint8

// The element types. F64 exists for the reference backend, where gradients
// are checked; BF16 is stored as the upper half of a float32, I8 are integers.
const (
	F32 DType = iota
	F64
	BF16
	I8
)

// Size returns the number of bytes of one element.
func (d DType) Size() int {
	switch d {
	case F64:
		return 8
	case BF16:
		return 2
	case I8:
		return 1
	}
	return 4
}

func (d DType) String() string {
	switch d {
	case F32:
		return "f32"
	case F64:
		return "f64"
	case BF16:
		return "bf16"
	case I8:
		return "i8"
	}
	return fmt.Sprintf("DType(%d)", uint8(d))
}

// Buffer is flat memory of one element type. The zero Buffer means "absent"
// (no bias, no gradient wanted). Buffers are values; copies share memory.
type Buffer struct {
	DType DType
	ptr   unsafe.Pointer
	n     int
}

// Of wraps a slice without copying it.
func Of[F float32 | float64 | BFloat16 | int8](s []F) Buffer {
	var dt DType
	switch any(s).(type) {
	case []float32:
		dt = F32
	case []float64:
		dt = F64
	case []BFloat16:
		dt = BF16
	case []int8:
		dt = I8
	}
	return Buffer{DType: dt, ptr: unsafe.Pointer(unsafe.SliceData(s)), n: len(s)}
}

// BFloat16 is the upper 16 bits of an IEEE float32.
type BFloat16 uint16

// Len returns the number of elements.
func (b Buffer) Len() int { return b.n }

// IsZero reports whether the buffer is absent.
func (b Buffer) IsZero() bool { return b.ptr == nil }

// Slice returns elements [i, j) as a buffer that shares memory.
func (b Buffer) Slice(i, j int) Buffer {
	if i < 0 || j < i || j > b.n {
		panic(fmt.Sprintf("kernels: Buffer.Slice: [%d:%d] of %d elements", i, j, b.n))
	}
	return Buffer{DType: b.DType, ptr: unsafe.Add(b.ptr, i*b.DType.Size()), n: j - i}
}

// F32 returns the memory as []float32. It panics for another type.
func (b Buffer) F32() []float32 { b.want(F32); return unsafe.Slice((*float32)(b.ptr), b.n) }

// F64 returns the memory as []float64. It panics for another type.
func (b Buffer) F64() []float64 { b.want(F64); return unsafe.Slice((*float64)(b.ptr), b.n) }

// BF16 returns the memory as []BFloat16. It panics for another type.
func (b Buffer) BF16() []BFloat16 { b.want(BF16); return unsafe.Slice((*BFloat16)(b.ptr), b.n) }

// I8 returns the memory as []int8. It panics for another type.
func (b Buffer) I8() []int8 { b.want(I8); return unsafe.Slice((*int8)(b.ptr), b.n) }

// At returns element i widened to float64, Set stores v rounded to the
// element type. They are for tests, printing and small host work.
func (b Buffer) At(i int) float64 {
	switch b.DType {
	case F64:
		return b.F64()[i]
	case BF16:
		return float64(b.BF16()[i].Float32())
	case I8:
		return float64(b.I8()[i])
	}
	return float64(b.F32()[i])
}

// Set stores v at element i. See [Buffer.At].
func (b Buffer) Set(i int, v float64) {
	switch b.DType {
	case F64:
		b.F64()[i] = v
	case BF16:
		b.BF16()[i] = RoundBF16(float32(v))
	case I8:
		b.I8()[i] = int8(max(-128, min(127, math.RoundToEven(v))))
	default:
		b.F32()[i] = float32(v)
	}
}

func (b Buffer) want(d DType) {
	if b.DType != d {
		panic(fmt.Sprintf("kernels: Buffer.%s: the buffer holds %s", d, b.DType))
	}
}
