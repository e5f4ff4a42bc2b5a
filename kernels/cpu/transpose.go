package cpu

// packTransposedGeneric turns rows of a matrix into columns and pads them:
//
//	for k := range cols {
//		for j := range ld { dst[k·ld+j] = src[j·stride+k], or 0 where j ≥ rows }
//	}
func packTransposedGeneric(dst []float32, ld int, src []float32, stride, rows, cols int) {
	for k := range cols {
		clear(dst[k*ld+rows : (k+1)*ld])
	}
	for j := range rows {
		for k, v := range src[j*stride:][:cols] {
			dst[k*ld+j] = v
		}
	}
}
