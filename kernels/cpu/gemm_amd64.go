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

// copyPanel is copyPanelGeneric.
func copyPanel(isa isa, dst, src []float32, stride int) {
	if isa == generic {
		copyPanelGeneric(dst, src, stride)
	} else if rows := len(dst) / nr; rows > 0 {
		copyPanel256(&dst[0], &src[0], uintptr(stride*4), rows)
	}
}

//go:noescape
func copyPanel256(dst, src *float32, stride uintptr, rows int)

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
