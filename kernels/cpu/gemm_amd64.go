//go:build !purego

package cpu

import "unsafe"

// microKernel computes rows rows (at most isa.rows()) of a tile.
func microKernel(isa isa, t *tile, rows int) {
	if isa == avx512 {
		micro512(t, rows)
	} else if isa == avx2 {
		micro256(t, rows)
	} else {
		microGeneric(t, rows)
	}
}

// micro256 does the two halves of 16 columns.
func micro256(t *tile, rows int) {
	half := *t
	half.cols = min(16, t.cols)
	micro256x16(&half, rows)
	if t.cols > 16 {
		half.c, half.cols = unsafe.Add(t.c, 64), t.cols-16
		if t.from != nil {
			half.from = unsafe.Add(t.from, 64)
		}
		if t.old != nil {
			half.old = unsafe.Add(t.old, 64)
		}
		if t.b != nil { // there is no B when k is 0
			half.b = unsafe.Add(t.b, 64)
		}
		if t.bias != nil {
			half.bias = unsafe.Add(t.bias, 64)
		}
		micro256x16(&half, rows)
	}
}

func micro256x16(t *tile, rows int) {
	switch rows {
	case 6:
		micro256x6(t)
	case 5:
		micro256x5(t)
	case 4:
		micro256x4(t)
	case 3:
		micro256x3(t)
	case 2:
		micro256x2(t)
	case 1:
		micro256x1(t)
	}
}

func micro512(t *tile, rows int) {
	switch rows {
	case 12:
		micro512x12(t)
	case 11:
		micro512x11(t)
	case 10:
		micro512x10(t)
	case 9:
		micro512x9(t)
	case 8:
		micro512x8(t)
	case 7:
		micro512x7(t)
	case 6:
		micro512x6(t)
	case 5:
		micro512x5(t)
	case 4:
		micro512x4(t)
	case 3:
		micro512x3(t)
	case 2:
		micro512x2(t)
	case 1:
		micro512x1(t)
	}
}

// hasWide reports whether there is microWide.
func hasWide(isa isa) bool { return isa == avx512 }

// microWide computes one row of 128 columns: of four panels, t.ldpanel apart.
func microWide(t *tile) { micro512wide(t) }

// packsRows reports whether packRows is faster than reading rows in place.
func packsRows(isa isa) bool { return isa == avx512 }

// packRows is packRowsGeneric with tiles of isa.rows().
func packRows(isa isa, dst, src []float32, stride, rows, steps int) {
	const mr = 12
	blocks := steps / 4
	if isa != avx512 || blocks == 0 {
		packRowsGeneric(dst, src, stride, rows, steps, isa.rows())
		return
	}
	for i := 0; i < rows; i += mr {
		tile, from, n := dst[i*steps:][:mr*steps], src[i*stride:], min(mr, rows-i)
		if n == mr {
			packRows512(&tile[0], &from[0], uintptr(stride*4), blocks)
		} else {
			packFewRows(tile, from, stride, n, blocks)
		}
		for p := blocks * 4; p < steps; p++ { // the last one to three steps
			for r := range n {
				tile[p*mr+r] = from[r*stride+p]
			}
		}
	}
}

// packFewRows packs fewer than twelve rows, which it copies beside each other:
// those that are missing must not be read.
func packFewRows(tile, src []float32, stride, rows, blocks int) {
	const mr, wide = 12, 64
	var few [mr * wide]float32
	for b := 0; b < blocks; b += wide / 4 {
		w := min(wide/4, blocks-b)
		for r := range rows {
			copy(few[r*wide:][:w*4], src[r*stride+b*4:])
		}
		packRows512(&tile[b*4*mr], &few[0], wide*4, w)
	}
}

//go:noescape
func packRows512(dst, src *float32, stride uintptr, blocks int)

// packTiles is packTilesGeneric with tiles of isa.rows().
func packTiles(isa isa, dst, src []float32, stride, rows, steps int) {
	if isa == avx512 && steps > 0 {
		packTiles512(&dst[0], &src[0], uintptr(stride*4), rows, steps)
		return
	}
	packTilesGeneric(dst, src, stride, rows, steps, isa.rows())
}

//go:noescape
func packTiles512(dst, src *float32, stride uintptr, rows, steps int)

// copyPanels is copyPanelsGeneric.
func copyPanels(isa isa, dst, src []float32, stride, rows, panels int) {
	if isa == generic {
		copyPanelsGeneric(dst, src, stride, rows, panels)
	} else if rows > 0 && panels > 0 {
		copyPanels256(&dst[0], &src[0], uintptr(stride*4), rows, panels)
	}
}

//go:noescape
func copyPanels256(dst, src *float32, stride uintptr, rows, panels int)

// The AVX2 micro-kernels of 1 to 6 rows and 16 columns.
//
//go:noescape
func micro256x1(t *tile)

//go:noescape
func micro256x2(t *tile)

//go:noescape
func micro256x3(t *tile)

//go:noescape
func micro256x4(t *tile)

//go:noescape
func micro256x5(t *tile)

//go:noescape
func micro256x6(t *tile)

// The AVX-512 micro-kernels of 1 to 12 rows and 32 columns.
//
//go:noescape
func micro512x1(t *tile)

//go:noescape
func micro512x2(t *tile)

//go:noescape
func micro512x3(t *tile)

//go:noescape
func micro512x4(t *tile)

//go:noescape
func micro512x5(t *tile)

//go:noescape
func micro512x6(t *tile)

//go:noescape
func micro512x7(t *tile)

//go:noescape
func micro512x8(t *tile)

//go:noescape
func micro512x9(t *tile)

//go:noescape
func micro512x10(t *tile)

//go:noescape
func micro512x11(t *tile)

//go:noescape
func micro512x12(t *tile)

// micro512wide is one row by 128 columns.
//
//go:noescape
func micro512wide(t *tile)
