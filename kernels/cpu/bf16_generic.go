package cpu

import (
	"math"
	"unsafe"
)

// call16 is a piece of a product: some rows of A times some panels of B.
type call16 struct {
	c       []float32 // [rows, cols], from c[0] on, rows ldc apart
	ldc     int
	a       []uint32 // from the first row on, see sizeA16
	b       []uint32 // from the first panel on
	strideB int      // numbers from panel to panel
	rows    int      // 1 … rows16
	cols    int
	blocks  int  // of 32 k, at least 1
	chain   bool // C += A·B, else C = A·B
}

// rows16 is the largest number of rows of a call: tiles take 32, vectors four
// times 12 or eight times 6.
func (l level) rows16() int {
	if l == levelAMX {
		return 32
	}
	return 48
}

// multiply16Generic computes a piece. At the levels below avx512bf16 the sum
// of an element is the chain of the f32 products,
//
//	for k := range 32·blocks { c = fma(a[k], b[k], c) }
//
// where the generic implementation rounds the product before it adds.
func multiply16Generic(g *call16) {
	at := rowA16(levelGeneric, g.blocks)
	for i := range g.rows {
		row := g.c[i*g.ldc:][:g.cols]
		if !g.chain {
			clear(row)
		}
		x := unsafe.Slice((*float32)(unsafe.Pointer(&g.a[i*at])), g.blocks*kStep16)
		for j := 0; j < g.cols; j += 4 {
			multiply1x4Generic(row[j:min(g.cols, j+4)], x, g.b[j/nr*g.strideB+j%nr/16*256+j%16:])
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
