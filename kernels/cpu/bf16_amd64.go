//go:build !purego

package cpu

import "unsafe"

// multiply16 computes a piece of a product; see multiply16Generic.
func multiply16(l level, g *call16) {
	_, _ = g.c[(g.rows-1)*g.ldc+g.cols-1], g.b[(g.cols-1)/nr*g.strideB+g.blocks*blockSize16-1]
	switch l {
	case levelAMX:
		multiplyTiles(g)
	case levelGeneric:
		multiply16Generic(g)
	default:
		multiplyDots(l, g)
	}
}

// dots16 is one call of a micro-kernel of vectors: at most 12 rows (AVX2: 6) by
// 32 columns (AVX2: 16) of C. Strides are in bytes. Assembly reads it by field
// offsets.
type dots16 struct {
	c, a, b  unsafe.Pointer
	ldc, lda uintptr
	blocks   int // of 32 steps of k, at least 1
	cols     int
	chain    int // 1: go on from C
}

// multiplyDots is multiply16 for vectors: all rows for each panel in turn.
func multiplyDots(l level, g *call16) {
	at := rowA16(l, g.blocks)
	t := dots16{ldc: uintptr(g.ldc * 4), lda: uintptr(at * 4), blocks: g.blocks}
	if g.chain {
		t.chain = 1
	}
	most := 12
	if l == levelAVX2 {
		most = 6
	}
	for j := 0; j < g.cols; j += nr {
		t.b, t.cols = unsafe.Pointer(&g.b[j/nr*g.strideB]), min(nr, g.cols-j)
		for i := 0; i < g.rows; i += most {
			t.c, t.a = unsafe.Pointer(&g.c[i*g.ldc+j]), unsafe.Pointer(&g.a[i*at])
			rows := min(most, g.rows-i)
			switch l {
			case levelAVX2:
				widenHalves(&t, rows)
			case levelAVX512:
				widen512(&t, rows)
			default:
				dots512(&t, rows)
			}
		}
	}
}

// widenHalves does the two halves of 16 columns; one that is not whole goes by
// way of a copy.
func widenHalves(t *dots16, rows int) {
	for h := range (t.cols + 15) / 16 {
		u := *t
		u.c, u.b = unsafe.Add(t.c, 64*h), unsafe.Add(t.b, 1024*h)
		u.cols = min(16, t.cols-16*h)
		if u.cols == 16 {
			widen256(&u, rows)
			continue
		}
		var whole [6 * 16]float32
		u.c, u.ldc = unsafe.Pointer(&whole), 64
		out := func(i int) []float32 {
			return unsafe.Slice((*float32)(unsafe.Add(t.c, uintptr(64*h)+uintptr(i)*t.ldc)), u.cols)
		}
		for i := range rows {
			copy(whole[16*i:], out(i))
		}
		widen256(&u, rows)
		for i := range rows {
			copy(out(i), whole[16*i:])
		}
	}
}

// The micro-kernels of rows rows. A table of functions would not do: what is
// called through a variable puts its argument on the heap.

func dots512(t *dots16, rows int) {
	switch rows {
	case 12:
		dots512x12(t)
	case 11:
		dots512x11(t)
	case 10:
		dots512x10(t)
	case 9:
		dots512x9(t)
	case 8:
		dots512x8(t)
	case 7:
		dots512x7(t)
	case 6:
		dots512x6(t)
	case 5:
		dots512x5(t)
	case 4:
		dots512x4(t)
	case 3:
		dots512x3(t)
	case 2:
		dots512x2(t)
	case 1:
		dots512x1(t)
	}
}

func widen512(t *dots16, rows int) {
	switch rows {
	case 12:
		widen512x12(t)
	case 11:
		widen512x11(t)
	case 10:
		widen512x10(t)
	case 9:
		widen512x9(t)
	case 8:
		widen512x8(t)
	case 7:
		widen512x7(t)
	case 6:
		widen512x6(t)
	case 5:
		widen512x5(t)
	case 4:
		widen512x4(t)
	case 3:
		widen512x3(t)
	case 2:
		widen512x2(t)
	case 1:
		widen512x1(t)
	}
}

func widen256(t *dots16, rows int) {
	switch rows {
	case 6:
		widen256x6(t)
	case 5:
		widen256x5(t)
	case 4:
		widen256x4(t)
	case 3:
		widen256x3(t)
	case 2:
		widen256x2(t)
	case 1:
		widen256x1(t)
	}
}

//go:noescape
func dots512x1(t *dots16)

//go:noescape
func dots512x2(t *dots16)

//go:noescape
func dots512x3(t *dots16)

//go:noescape
func dots512x4(t *dots16)

//go:noescape
func dots512x5(t *dots16)

//go:noescape
func dots512x6(t *dots16)

//go:noescape
func dots512x7(t *dots16)

//go:noescape
func dots512x8(t *dots16)

//go:noescape
func dots512x9(t *dots16)

//go:noescape
func dots512x10(t *dots16)

//go:noescape
func dots512x11(t *dots16)

//go:noescape
func dots512x12(t *dots16)

//go:noescape
func widen512x1(t *dots16)

//go:noescape
func widen512x2(t *dots16)

//go:noescape
func widen512x3(t *dots16)

//go:noescape
func widen512x4(t *dots16)

//go:noescape
func widen512x5(t *dots16)

//go:noescape
func widen512x6(t *dots16)

//go:noescape
func widen512x7(t *dots16)

//go:noescape
func widen512x8(t *dots16)

//go:noescape
func widen512x9(t *dots16)

//go:noescape
func widen512x10(t *dots16)

//go:noescape
func widen512x11(t *dots16)

//go:noescape
func widen512x12(t *dots16)

//go:noescape
func widen256x1(t *dots16)

//go:noescape
func widen256x2(t *dots16)

//go:noescape
func widen256x3(t *dots16)

//go:noescape
func widen256x4(t *dots16)

//go:noescape
func widen256x5(t *dots16)

//go:noescape
func widen256x6(t *dots16)
