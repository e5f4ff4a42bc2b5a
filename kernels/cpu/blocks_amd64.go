//go:build !purego

package cpu

import (
	"math/bits"
	"unsafe"

	"github.com/klauspost/cpuid/v2"

	"github.com/stepgrain/stepgrain/kernels"
)

// hasVNNI says whether bytes are multiplied and summed by one instruction of
// AVX-512. The integers, and so all bits, are the same without.
var hasVNNI = hasAVX512 && cpuid.CPU.Supports(cpuid.AVX512VNNI)

func quantise(l level, r []blockRecord, x []float32, minus int32) {
	switch {
	case len(r) == 0:
	case l.isa() == avx512 && hasVNNI:
		quantise512((*byte)(unsafe.Pointer(&r[0])), &x[0], len(r), minus)
	case l.isa() >= avx2:
		quantise256(r, x, minus)
	default:
		quantiseGeneric(r, x, minus)
	}
}

// quantise256 is quantiseGeneric.
func quantise256(r []blockRecord, x []float32, minus int32) {
	for i := range r {
		r[i].d = quantiseRow(levelAVX2, r[i].q[:], x[i*kernels.BlockSize:][:kernels.BlockSize])
		r[i].finish(minus)
	}
}

// integerKernels are the products in integers of one instruction set, by
// format (see [kernels.BlockFormat]) and by the logarithm of the rows.
type integerKernels [4][]func(t *blockTile)

var (
	integerVNNI = integerKernels{
		kernels.Q8_0: {q80x1VNNI, q80x2VNNI, q80x4VNNI, q80x8VNNI, q80x16VNNI},
		kernels.Q4_0: {q40x1VNNI, q40x2VNNI, q40x4VNNI, q40x8VNNI, q40x16VNNI},
		kernels.Q4_1: {q41x1VNNI, q41x2VNNI, q41x4VNNI, q41x8VNNI, q41x16VNNI},
	}
	integer256 = integerKernels{
		kernels.Q8_0: {q80x1I256, q80x2I256, q80x4I256},
		kernels.Q4_0: {q40x1I256, q40x2I256, q40x4I256},
		kernels.Q4_1: {q41x1I256, q41x2I256, q41x4I256},
	}
)

// integerTile computes the first of at most rows rows and says how many.
func integerTile(l level, f kernels.BlockFormat, t *blockTile, rows int) int {
	set := &integerVNNI
	switch {
	case l.isa() < avx2:
		integerGeneric(f, t)
		return 1
	case l.isa() < avx512 || !hasVNNI:
		set = &integer256
	}
	i := min(bits.Len(uint(rows)), len(set[f])) - 1
	set[f][i](t)
	return 1 << i
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
	case l.isa() < avx2:
		widenGeneric(f, t)
	case l.isa() == avx2 && f == kernels.Q8_0:
		q80Panel256(t)
	case l.isa() == avx2 && f == kernels.Q4_0:
		q40Panel256(t)
	case l.isa() == avx2:
		q41Panel256(t)
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

// The same with AVX2: products of 1 to 4 rows by 16 columns, and panels.
//
//go:noescape
func q80x1I256(t *blockTile)

//go:noescape
func q80x2I256(t *blockTile)

//go:noescape
func q80x4I256(t *blockTile)

//go:noescape
func q40x1I256(t *blockTile)

//go:noescape
func q40x2I256(t *blockTile)

//go:noescape
func q40x4I256(t *blockTile)

//go:noescape
func q41x1I256(t *blockTile)

//go:noescape
func q41x2I256(t *blockTile)

//go:noescape
func q41x4I256(t *blockTile)

//go:noescape
func q80Panel256(t *blockTile)

//go:noescape
func q40Panel256(t *blockTile)

//go:noescape
func q41Panel256(t *blockTile)
