//go:build !purego

package cpu

// rowsBlock is rowsBlockGeneric.
func rowsBlock(isa isa, dst []uint32, src []float32, stride int) {
	if isa == avx512 && hasBF16 {
		_, _ = dst[511], src[31*stride+31]
		rowsBlock512(&dst[0], &src[0], uintptr(stride*4))
	} else {
		rowsBlockGeneric(dst, src, stride)
	}
}

// pairsBlock is pairsBlockGeneric.
func pairsBlock(isa isa, dst []uint32, src []float32, stride int) {
	if isa == avx512 && hasBF16 {
		_, _ = dst[511], src[31*stride+31]
		pairsBlock512(&dst[0], &src[0], uintptr(stride*4))
	} else {
		pairsBlockGeneric(dst, src, stride)
	}
}

// turnBlock is turnBlockGeneric.
func turnBlock(isa isa, dst []uint32, half, step int, src []float32, stride int) {
	if isa == avx512 && hasBF16 {
		_, _ = dst[half+15*step+15], src[31*stride+31]
		turnBlock512(&dst[0], uintptr(half*4), uintptr(step*4), &src[0], uintptr(stride*4))
	} else {
		turnBlockGeneric(dst, half, step, src, stride)
	}
}

// convertRow is convertRowGeneric.
func convertRow(isa isa, dst []uint32, step int, src []float32, blocks int) {
	if blocks == 0 {
		return
	}
	if isa == avx512 && hasBF16 {
		_, _ = dst[(blocks-1)*step+15], src[blocks*32-1]
		convertRow512(&dst[0], uintptr(step*4), &src[0], blocks)
	} else {
		convertRowGeneric(dst, step, src, blocks)
	}
}

// convertRows is convertRowsGeneric.
func convertRows(isa isa, dst []uint32, src []float32, stride, rows, blocks int) {
	if isa == avx512 && hasBF16 {
		_, _ = dst[((rows-1)/16*blocks*16+(rows-1)%16)*16+(blocks-1)*256+15], src[(rows-1)*stride+blocks*32-1]
		convertRows512(&dst[0], &src[0], uintptr(stride*4), rows, blocks)
	} else {
		convertRowsGeneric(dst, src, stride, rows, blocks)
	}
}

//go:noescape
func rowsBlock512(dst *uint32, src *float32, stride uintptr)

//go:noescape
func pairsBlock512(dst *uint32, src *float32, stride uintptr)

//go:noescape
func turnBlock512(dst *uint32, half, step uintptr, src *float32, stride uintptr)

//go:noescape
func convertRow512(dst *uint32, step uintptr, src *float32, blocks int)

//go:noescape
func convertRows512(dst *uint32, src *float32, stride uintptr, rows, blocks int)
