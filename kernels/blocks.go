package kernels

import (
	"encoding/binary"
	"math"

	"github.com/x448/float16"
)

// Dequantise widens whole blocks: x gets 32 numbers for each block of raw. The
// product of Q8_0 and Q4_0 is exact in float32; that of Q4_1 is, too, and its
// sum is rounded once.
func (f BlockFormat) Dequantise(x []float32, raw []byte) {
	switch f {
	case Q8_0:
		for ; len(x) > 0; x, raw = x[BlockSize:], raw[34:] {
			d := halfAt(raw)
			for i, q := range raw[2:34] {
				x[i] = d * float32(int8(q))
			}
		}
	case Q4_0: // the low halves of the 16 bytes come first, then the high ones
		for ; len(x) > 0; x, raw = x[BlockSize:], raw[18:] {
			d := halfAt(raw)
			for i, q := range raw[2:18] {
				x[i] = d * float32(int(q&15)-8)
				x[i+16] = d * float32(int(q>>4)-8)
			}
		}
	case Q4_1:
		for ; len(x) > 0; x, raw = x[BlockSize:], raw[20:] {
			d, m := halfAt(raw), halfAt(raw[2:])
			for i, q := range raw[4:20] {
				x[i] = float32(d*float32(q&15)) + m // the conversion keeps compilers from fusing
				x[i+16] = float32(d*float32(q>>4)) + m
			}
		}
	}
}

func halfAt(raw []byte) float32 {
	return float16.Frombits(binary.LittleEndian.Uint16(raw)).Float32()
}

// Row returns the bytes of row n of a matrix with rows of k numbers.
func (b *Blocks) Row(n, k int) []byte {
	size := k / BlockSize * b.Format.Bytes()
	return b.Data[n*size:][:size:size]
}

// smallest is the size below which a group of activations counts as zero: the
// reciprocal of its scale would overflow.
const smallest = 0x1p-100

// QuantiseI8 rounds x to integers q of −127…127 and returns their scale d, so
// that x ≈ d·q:
//
//	a = max |x|      d = a/127      q = x·(127/a), to the nearest, ties to even
//
// all in float32. When a is below 2⁻¹⁰⁰, d and q are 0; when x holds a NaN or
// an infinity, d is NaN and q is 0. Every backend quantises activations so: 32
// at a time for [Blocks], a row at a time for a weight with Raw. Package ggml's
// q8_0 differs in that it rounds ties away from zero and d to float16.
func QuantiseI8(q []int8, x []float32) (d float32) {
	var top uint32 // the largest of the bit patterns is that of the largest number; those of NaN lie above
	for _, v := range x {
		top = max(top, math.Float32bits(v)&^(1<<31))
	}
	a := math.Float32frombits(top)
	if !(a >= smallest && a <= math.MaxFloat32) {
		clear(q[:len(x)])
		if a < smallest {
			return 0
		}
		return float32(math.NaN())
	}
	inv := 127 / a
	for i, v := range x {
		q[i] = int8(math.RoundToEven(float64(float32(v * inv))))
	}
	return a / 127
}
