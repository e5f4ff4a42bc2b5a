//go:build !purego

package cpu

// packTransposed is packTransposedGeneric. ld is a multiple of 16.
func packTransposed(isa isa, dst []float32, ld int, src []float32, stride, rows, cols int) {
	lanes := [...]int{1, 8, 16}[isa]
	blocks := cols / 4
	if isa == generic || blocks == 0 {
		packTransposedGeneric(dst, ld, src, stride, rows, cols)
		return
	}
	j := 0
	for ; j+lanes <= rows; j += lanes {
		transposeBlocks(isa, dst[j:], ld, src[j*stride:], stride, blocks)
	}
	if j < rows {
		transposeShort(isa, dst[j:], ld, src[j*stride:], stride, rows-j, blocks)
		j += lanes
	}
	if j < ld {
		for k := range blocks * 4 {
			clear(dst[k*ld+j : (k+1)*ld])
		}
	}
	for k := blocks * 4; k < cols; k++ { // the last one to three columns
		packTransposedGeneric(dst[k*ld:], ld, src[k:], stride, rows, 1)
	}
}

// transposeShort transposes the last rows, padded with zeros.
func transposeShort(isa isa, dst []float32, ld int, src []float32, stride, rows, blocks int) {
	var short [16 * 64]float32
	for b := 0; b < blocks; b += 16 {
		w := min(16, blocks-b) * 4
		for r := range rows {
			copy(short[r*64:][:w], src[r*stride+b*4:])
		}
		transposeBlocks(isa, dst[b*4*ld:], ld, short[:], 64, w/4)
	}
}

// transposeBlocks transposes 16 (AVX2: 8) rows by 4·blocks columns.
func transposeBlocks(isa isa, dst []float32, ld int, src []float32, stride, blocks int) {
	if isa == avx512 {
		transpose512(&dst[0], uintptr(ld*4), &src[0], uintptr(stride*4), blocks)
	} else {
		transpose256(&dst[0], uintptr(ld*4), &src[0], uintptr(stride*4), blocks)
	}
}

//go:noescape
func transpose512(dst *float32, ld uintptr, src *float32, stride uintptr, blocks int)

//go:noescape
func transpose256(dst *float32, ld uintptr, src *float32, stride uintptr, blocks int)
