//go:build !purego

package cpu

import (
	"unsafe"

	"github.com/klauspost/cpuid/v2"

	"github.com/stepgrain/stepgrain/kernels"
)

// hasVNNI says whether bytes are multiplied and summed by one instruction of
// AVX-512. The integers, and so all bits, are the same without.
var hasVNNI = hasAVX512 && cpuid.CPU.Supports(cpuid.AVX512VNNI)

func quantise(l level, r []blockRecord, x []float32, minus int32) {
	if l.isa() == avx512 && hasVNNI && len(r) > 0 {
		quantise512((*byte)(unsafe.Pointer(&r[0])), &x[0], len(r), minus)
		return
	}
	quantiseGeneric(r, x, minus)
}

// integerTile computes the first of at most rows rows and says how many.
func integerTile(l level, f kernels.BlockFormat, t *blockTile, rows int) int {
	if l.isa() != avx512 || !hasVNNI {
		integerGeneric(f, t)
		return 1
	}
	size := min(rows, 16)
	for size&(size-1) != 0 {
		size &= size - 1
	}
	switch f {
	case kernels.Q8_0:
		switch size {
		case 16:
			q80x16VNNI(t)
		case 8:
			q80x8VNNI(t)
		case 4:
			q80x4VNNI(t)
		case 2:
			q80x2VNNI(t)
		default:
			q80x1VNNI(t)
		}
	case kernels.Q4_0:
		switch size {
		case 16:
			q40x16VNNI(t)
		case 8:
			q40x8VNNI(t)
		case 4:
			q40x4VNNI(t)
		case 2:
			q40x2VNNI(t)
		default:
			q40x1VNNI(t)
		}
	default:
		switch size {
		case 16:
			q41x16VNNI(t)
		case 8:
			q41x8VNNI(t)
		case 4:
			q41x4VNNI(t)
		case 2:
			q41x2VNNI(t)
		default:
			q41x1VNNI(t)
		}
	}
	return size
}

// floatRows is how many rows floatTile is meant for.
func floatRows(l level) int {
	if l.isa() == avx512 {
		return 4
	}
	return 0
}

// floatTile computes the first of at most rows rows of 32 columns and says how many.
func floatTile(_ level, f kernels.BlockFormat, t *blockTile, rows int) int {
	size := min(rows, 4)
	if size == 3 {
		size = 2
	}
	switch f {
	case kernels.Q8_0:
		switch size {
		case 4:
			q80x4F512(t)
		case 2:
			q80x2F512(t)
		default:
			q80x1F512(t)
		}
	case kernels.Q4_0:
		switch size {
		case 4:
			q40x4F512(t)
		case 2:
			q40x2F512(t)
		default:
			q40x1F512(t)
		}
	default:
		switch size {
		case 4:
			q41x4F512(t)
		case 2:
			q41x2F512(t)
		default:
			q41x1F512(t)
		}
	}
	return size
}

// widen is widenGeneric.
func widen(l level, f kernels.BlockFormat, t *blockTile) {
	switch {
	case l.isa() != avx512:
		widenGeneric(f, t)
	case f == kernels.Q8_0:
		q80Panel512(t)
	case f == kernels.Q4_0:
		q40Panel512(t)
	default:
		q41Panel512(t)
	}
}

//go:noescape
func quantise512(record *byte, x *float32, blocks int, minus int32)

// The products in integers, of 1 to 16 rows by 16 columns.
//
//go:noescape
func q80x1VNNI(t *blockTile)

//go:noescape
func q80x2VNNI(t *blockTile)

//go:noescape
func q80x4VNNI(t *blockTile)

//go:noescape
func q80x8VNNI(t *blockTile)

//go:noescape
func q80x16VNNI(t *blockTile)

//go:noescape
func q40x1VNNI(t *blockTile)

//go:noescape
func q40x2VNNI(t *blockTile)

//go:noescape
func q40x4VNNI(t *blockTile)

//go:noescape
func q40x8VNNI(t *blockTile)

//go:noescape
func q40x16VNNI(t *blockTile)

//go:noescape
func q41x1VNNI(t *blockTile)

//go:noescape
func q41x2VNNI(t *blockTile)

//go:noescape
func q41x4VNNI(t *blockTile)

//go:noescape
func q41x8VNNI(t *blockTile)

//go:noescape
func q41x16VNNI(t *blockTile)

// The products in float32, of 1 to 4 rows by 32 columns.
//
//go:noescape
func q80x1F512(t *blockTile)

//go:noescape
func q80x2F512(t *blockTile)

//go:noescape
func q80x4F512(t *blockTile)

//go:noescape
func q40x1F512(t *blockTile)

//go:noescape
func q40x2F512(t *blockTile)

//go:noescape
func q40x4F512(t *blockTile)

//go:noescape
func q41x1F512(t *blockTile)

//go:noescape
func q41x2F512(t *blockTile)

//go:noescape
func q41x4F512(t *blockTile)

// The panels in float32.
//
//go:noescape
func q80Panel512(t *blockTile)

//go:noescape
func q40Panel512(t *blockTile)

//go:noescape
func q41Panel512(t *blockTile)
