package cpu

import "math"

// round16 rounds to the nearest bfloat16, ties to even. Subnormal numbers
// become 0, as in the instructions that multiply bfloat16; NaN stays NaN.
func round16(x float32) uint32 {
	u := math.Float32bits(x)
	switch {
	case u&0x7f800000 == 0:
		return u >> 31 << 15
	case u&0x7fffffff > 0x7f800000:
		return u>>16 | 0x40
	}
	return (u + 0x7fff + u>>16&1) >> 16
}

// pair16 is two factors of neighbouring k in one word, the even one below.
func pair16(even, odd float32) uint32 { return round16(even) | round16(odd)<<16 }

// The generic definitions of the ways in which 32 by 32 numbers become pairs
// of bfloat16. dst is a block of B (see product16), unless more is said.

// rowsBlockGeneric: rows of src are columns of B.
func rowsBlockGeneric(dst []uint32, src []float32, stride int) {
	for c := range 32 {
		for p := range 16 {
			dst[c/16*256+p*16+c%16] = pair16(src[c*stride+2*p], src[c*stride+2*p+1])
		}
	}
}

// pairsRowsGeneric: rows of src are the k of B, of several panels, step numbers
// apart: halves times 16 columns.
func pairsRowsGeneric(dst []uint32, step int, src []float32, stride, halves int) {
	for p := range 16 {
		for h := range halves {
			to := dst[h/2*step+h%2*256+p*16:][:16]
			for c := range to {
				to[c] = pair16(src[2*p*stride+h*16+c], src[(2*p+1)*stride+h*16+c])
			}
		}
	}
}

// turnPairsGeneric turns halves of blocks of B into stripes of 16 rows of A,
// half numbers apart, the rows of a stripe step numbers apart.
func turnPairsGeneric(dst []uint32, half, step int, src []uint32, halves int) {
	for h := range halves {
		for i := range 16 {
			for p := range 16 {
				dst[h*half+i*step+p] = src[h*256+p*16+i]
			}
		}
	}
}

// convertRowGeneric writes 32 numbers as 16 words, for every block, step words
// from block to block.
func convertRowGeneric(dst []uint32, step int, src []float32, blocks int) {
	for q := range blocks {
		for p := range 16 {
			dst[q*step+p] = pair16(src[q*32+2*p], src[q*32+2*p+1])
		}
	}
}

// packPanel16 makes one panel of B of at most 32 rows of w, k long.
func packPanel16(isa isa, dst []uint32, w []float32, k, rows int) {
	for q := range blocks16(k) {
		cols := min(kStep16, k-q*kStep16)
		if rows == 32 && cols == 32 {
			rowsBlock(isa, dst[q*blockSize16:], w[q*kStep16:], k)
			continue
		}
		var full [32 * 32]float32
		pad16(&full, w[q*kStep16:], k, rows, cols)
		rowsBlock(isa, dst[q*blockSize16:], full[:], 32)
	}
}

// packPairs16 makes one block of every panel of B, step words from panel to
// panel, of at most 32 rows of x, n columns.
func packPairs16(isa isa, dst []uint32, step int, x []float32, stride, rows, n int) {
	panel := 0
	if rows == 32 {
		panel = n / nr
		pairsRows(isa, dst, step, x, stride, 2*panel)
	}
	for ; panel < panels16(n); panel++ {
		var full [32 * 32]float32
		pad16(&full, x[panel*nr:], stride, rows, min(nr, n-panel*nr))
		pairsRows(isa, dst[panel*step:], step, full[:], 32, 2)
	}
}

// pad16 copies the corner of a matrix; the rest stays 0.
func pad16(dst *[32 * 32]float32, src []float32, stride, rows, cols int) {
	for i := range rows {
		copy(dst[i*32:][:cols], src[i*stride:])
	}
}

// A left operand stands in one of three ways, all starting on a border of 64
// bytes. Rows at a distance of a power of two would share few sets of the
// first-level cache, hence the extra 16 words.
//
//	amx         stripes of 16 rows, [⌈rows/32⌉·2][blocks][16 rows][16 pairs]
//	avx512bf16  rows of pairs, blocks·16 + 16 words apart
//	others      rows of float32, blocks·32 + 16 apart

// sizeA16 is the number of words of rows of A.
func sizeA16(l level, rows, blocks int) int {
	if l == levelAMX {
		return (rows + 31) / 32 * 32 * blocks * 16
	}
	return rows * rowA16(l, blocks)
}

// offsetA16 is where row i begins, a multiple of 32 for tiles.
func offsetA16(l level, i, blocks int) int {
	if l == levelAMX {
		return i * blocks * 16
	}
	return i * rowA16(l, blocks)
}

// rowA16 is the distance of rows of A.
func rowA16(l level, blocks int) int {
	if l == levelAVX512BF16 {
		return blocks*16 + 16
	}
	return blocks*32 + 16
}

// convertRows16 makes rows of A of k numbers each, from the first of dst on.
func convertRows16(l level, dst []uint32, rows, blocks int, src []float32, stride, k int) {
	if l == levelAMX && k == blocks*kStep16 {
		convertRows(l.isa(), dst, src, stride, rows, blocks)
		return
	}
	for i := range rows {
		convertRow16(l, dst, i, blocks, src[i*stride:][:k])
	}
}

// convertRowsGeneric makes whole rows of A in stripes.
func convertRowsGeneric(dst []uint32, src []float32, stride, rows, blocks int) {
	for i := range rows {
		convertRowGeneric(dst[(i/16*blocks*16+i%16)*16:], 256, src[i*stride:], blocks)
	}
}

// convertRow16 makes row i of A.
func convertRow16(l level, dst []uint32, i, blocks int, src []float32) {
	step := 16
	switch l {
	case levelAMX:
		dst, step = dst[(i/16*blocks*16+i%16)*16:], 256
	case levelAVX512BF16:
		dst = dst[i*rowA16(l, blocks):]
	default:
		widenRow(l.isa(), dst[i*rowA16(l, blocks):][:blocks*32], src)
		return
	}
	full := len(src) / 32
	convertRow(l.isa(), dst, step, src, full)
	if rest := src[full*32:]; len(rest) > 0 {
		var last [32]float32
		copy(last[:], rest)
		convertRow(l.isa(), dst[full*step:], step, last[:], 1)
	}
}

// widenRowGeneric rounds numbers to bfloat16 and keeps them as float32.
func widenRowGeneric(dst []uint32, src []float32) {
	for i, v := range src {
		dst[i] = round16(v) << 16
	}
	clear(dst[len(src):])
}

// turnWideGeneric turns 32 by 32 numbers.
func turnWideGeneric(dst []uint32, step int, src *[32 * 32]uint32) {
	for k := range 32 {
		for i, v := range src[k*32:][:32] {
			dst[i*step+k] = v
		}
	}
}

// turned16 is the number of rows of A that are turned at a time, and turned16·16
// the number of words that turnA16 wants for itself.
const turned16 = 128

// turnA16 makes block q of all rows of A from at most 32 rows of src, which
// has a column for each row of A.
func turnA16(l level, dst, pairs []uint32, src []float32, stride, rows, m, q, blocks int) {
	if l < levelAVX512BF16 {
		at := rowA16(l, blocks)
		for i := 0; i < m; i += 32 {
			cols := min(32, m-i)
			var wide [32 * 32]uint32
			for k := range rows {
				widenRow(l.isa(), wide[k*32:][:32], src[k*stride+i:][:cols])
			}
			if cols == 32 {
				turnWide(l.isa(), dst[i*at+q*32:], at, &wide)
				continue
			}
			var out [32 * 32]uint32 // rows beyond the last do not exist
			turnWide(l.isa(), out[:], 32, &wide)
			for r := range cols {
				copy(dst[(i+r)*at+q*32:][:32], out[r*32:])
			}
		}
		return
	}
	from, step, half := q*256, 16, blocks*256
	if l == levelAVX512BF16 {
		step = rowA16(l, blocks)
		from, half = q*16, 16*step
	}
	for i := 0; i < m; {
		at, cols := from+i/16*half, min(turned16, m-i)
		if halves := cols / 16; rows == 32 && halves > 0 {
			pairsRows(l.isa(), pairs, 512, src[i:], stride, halves)
			turnPairs(l.isa(), dst[at:], half, step, pairs, halves)
			i += halves * 16
			continue
		}
		cols = min(16, cols)
		var full [32 * 32]float32
		pad16(&full, src[i:], stride, rows, cols)
		pairsRows(l.isa(), pairs, 512, full[:], 32, 1)
		var out [16 * 16]uint32 // rows beyond the last need not exist
		turnPairs(l.isa(), out[:], 256, 16, pairs, 1)
		for r := range cols {
			copy(dst[at+r*step:][:16], out[r*16:])
		}
		i += cols
	}
}
