package cpu

import (
	"math"
	"unsafe"
)

// multiply16Generic adds rows i0…i1 of A times a panel of B to C, whose rows
// are ldc apart and whose first element is c[0]. At the levels below
// avx512bf16 the sum of an element is the chain of the f32 products,
//
//	for k := range 32·blocks { c = fma(a[k], b[k], c) }
//
// where the generic implementation rounds the product before it adds.
func multiply16Generic(l level, c []float32, ldc int, a []uint32, i0, i1 int, b []uint32, cols, blocks int, chain bool) {
	at := rowA16(l, blocks)
	for i := i0; i < i1; i++ {
		row := c[(i-i0)*ldc:][:cols]
		if !chain {
			clear(row)
		}
		x := unsafe.Slice((*float32)(unsafe.Pointer(&a[i*at])), blocks*32)
		for j := 0; j < cols; j += 4 {
			multiply1x4Generic(row[j:min(cols, j+4)], x, b[j/16*256+j%16:])
		}
	}
}

// multiply1x4Generic does at most four columns.
func multiply1x4Generic(c, x []float32, b []uint32) {
	var s [4]float32
	copy(s[:], c)
	s0, s1, s2, s3 := s[0], s[1], s[2], s[3]
	for k := 0; k < len(x); k += 2 {
		w := (*[4]uint32)(b[k/32*blockSize16+k%32*8:])
		even, odd := x[k], x[k+1]
		s0 += float32(even * low16(w[0]))
		s1 += float32(even * low16(w[1]))
		s2 += float32(even * low16(w[2]))
		s3 += float32(even * low16(w[3]))
		s0 += float32(odd * high16(w[0]))
		s1 += float32(odd * high16(w[1]))
		s2 += float32(odd * high16(w[2]))
		s3 += float32(odd * high16(w[3]))
	}
	s = [4]float32{s0, s1, s2, s3}
	copy(c, s[:])
}

func low16(w uint32) float32  { return math.Float32frombits(w << 16) }
func high16(w uint32) float32 { return math.Float32frombits(w & 0xffff0000) }
