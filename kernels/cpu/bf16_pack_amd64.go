//go:build !purego

package cpu

import "unsafe"

// rowsBlock is rowsBlockGeneric.
func rowsBlock(isa isa, dst []uint32, src []float32, stride int) {
	if isa == avx512 && hasBF16 {
		_, _ = dst[511], src[31*stride+31]
		rowsBlock512(&dst[0], &src[0], uintptr(stride*4))
	} else if isa != generic {
		var turned [32 * 32]float32
		lanes := [...]int{1, 8, 16}[isa]
		for c := 0; c < 32; c += lanes {
			transposeBlocks(isa, turned[c:], 32, src[c*stride:], stride, 8)
		}
		pairsRows(isa, dst, 0, turned[:], 32, 2)
	} else {
		rowsBlockGeneric(dst, src, stride)
	}
}

// pairsRows is pairsRowsGeneric.
func pairsRows(isa isa, dst []uint32, step int, src []float32, stride, halves int) {
	if halves == 0 {
		return
	}
	_, _ = dst[(halves-1)/2*step+(halves-1)%2*256+255], src[31*stride+halves*16-1]
	switch {
	case isa == avx512 && hasBF16:
		pairsRows512(&dst[0], uintptr(step*4), &src[0], uintptr(stride*4), halves)
	case isa != generic:
		for p := range halves / 2 {
			pairsBlock256(&dst[p*step], &src[p*32], uintptr(stride*4))
		}
		if halves%2 == 1 {
			pairsRowsGeneric(dst[halves/2*step:], step, src[halves/2*32:], stride, 1)
		}
	default:
		pairsRowsGeneric(dst, step, src, stride, halves)
	}
}

// turnPairs is turnPairsGeneric.
func turnPairs(isa isa, dst []uint32, half, step int, src []uint32, halves int) {
	if isa == avx512 && halves > 0 {
		_, _ = dst[(halves-1)*half+15*step+15], src[halves*256-1]
		turnPairs512(&dst[0], uintptr(half*4), uintptr(step*4), &src[0], halves)
	} else {
		turnPairsGeneric(dst, half, step, src, halves)
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

// widenRow is widenRowGeneric.
func widenRow(isa isa, dst []uint32, src []float32) {
	whole := len(src) &^ 7
	if isa == generic || whole == 0 {
		widenRowGeneric(dst, src)
		return
	}
	_ = dst[whole-1]
	widenRow256(&dst[0], &src[0], whole)
	widenRowGeneric(dst[whole:], src[whole:])
}

// turnWide is turnWideGeneric.
func turnWide(isa isa, dst []uint32, step int, src *[32 * 32]uint32) {
	if isa == generic {
		turnWideGeneric(dst, step, src)
		return
	}
	_ = dst[31*step+31]
	to, from := (*float32)(unsafe.Pointer(&dst[0])), (*float32)(unsafe.Pointer(src))
	out, in := unsafe.Slice(to, len(dst)), unsafe.Slice(from, 32*32)
	lanes := [...]int{1, 8, 16}[isa]
	for k := 0; k < 32; k += lanes {
		transposeBlocks(isa, out[k:], step, in[k*32:], 32, 8)
	}
}

//go:noescape
func widenRow256(dst *uint32, src *float32, n int)

//go:noescape
func pairsBlock256(dst *uint32, src *float32, stride uintptr)

//go:noescape
func rowsBlock512(dst *uint32, src *float32, stride uintptr)

//go:noescape
func pairsRows512(dst *uint32, step uintptr, src *float32, stride uintptr, halves int)

//go:noescape
func turnPairs512(dst *uint32, half, step uintptr, src *uint32, halves int)

//go:noescape
func convertRow512(dst *uint32, step uintptr, src *float32, blocks int)

//go:noescape
func convertRows512(dst *uint32, src *float32, stride uintptr, rows, blocks int)
