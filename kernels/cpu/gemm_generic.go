package cpu

import "unsafe"

// rows is the number of rows of the largest micro-kernel.
func (i isa) rows() int { return [...]int{4, 6, 12}[i] }

// microGeneric is the micro-kernel in plain Go, two rows and four columns at a
// time. Every implementation computes what it computes, with fma for the
// product and sum:
//
//	for i := range rows {
//		for j := range t.cols {
//			sum := from[i,j], or 0 without
//			for p := range t.k { sum += A[i,p]·B[p,j] }
//			if t.bias != nil { sum += bias[j] }
//			if t.old != nil { sum = old[i,j] + sum }
//			C[i,j] = sum
//		}
//	}
func microGeneric(t *tile, rows int) {
	i := 0
	for ; i+2 <= rows; i += 2 {
		for j := 0; j < t.cols; j += 4 {
			microGeneric2x4(t, i, j)
		}
	}
	if i < rows {
		for j := 0; j < t.cols; j += 4 {
			microGeneric1x4(t, i, j)
		}
	}
}

// at reads *(base + offset bytes).
func at(base unsafe.Pointer, offset uintptr) float32 { return *(*float32)(unsafe.Add(base, offset)) }

func microGeneric2x4(t *tile, i, j int) {
	var c [8]float32
	t.load(c[:4], i, j)
	t.load(c[4:], i+1, j)
	c0, c1, c2, c3, d0, d1, d2, d3 := c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]
	offA, offB := uintptr(i)*t.rsa, uintptr(j)*4
	for range t.k {
		x, y := at(t.a, offA), at(t.a, offA+t.rsa)
		b := (*[4]float32)(unsafe.Add(t.b, offB))
		// float32(…) keeps the compiler from fusing: the bits are the same on
		// every processor.
		c0 += float32(x * b[0])
		c1 += float32(x * b[1])
		c2 += float32(x * b[2])
		c3 += float32(x * b[3])
		d0 += float32(y * b[0])
		d1 += float32(y * b[1])
		d2 += float32(y * b[2])
		d3 += float32(y * b[3])
		offA += t.csa
		offB += t.ldb
	}
	c = [8]float32{c0, c1, c2, c3, d0, d1, d2, d3}
	t.finish(c[:4], i, j)
	t.finish(c[4:], i+1, j)
}

func microGeneric1x4(t *tile, i, j int) {
	var c [4]float32
	t.load(c[:], i, j)
	c0, c1, c2, c3 := c[0], c[1], c[2], c[3]
	offA, offB := uintptr(i)*t.rsa, uintptr(j)*4
	for range t.k {
		x := at(t.a, offA)
		b := (*[4]float32)(unsafe.Add(t.b, offB))
		c0 += float32(x * b[0])
		c1 += float32(x * b[1])
		c2 += float32(x * b[2])
		c3 += float32(x * b[3])
		offA += t.csa
		offB += t.ldb
	}
	c = [4]float32{c0, c1, c2, c3}
	t.finish(c[:], i, j)
}

// row returns the columns of row i of a matrix from j on, at most 4.
func (t *tile) row(matrix unsafe.Pointer, ld uintptr, i, j int) []float32 {
	return unsafe.Slice((*float32)(unsafe.Add(matrix, uintptr(i)*ld+uintptr(j)*4)), min(4, t.cols-j))
}

func (t *tile) load(sum []float32, i, j int) {
	if t.from != nil {
		copy(sum, t.row(t.from, t.ldfrom, i, j))
	}
}

func (t *tile) finish(sum []float32, i, j int) {
	out := t.row(t.c, t.ldc, i, j)
	var old []float32
	if t.old != nil {
		old = t.row(t.old, t.ldold, i, j)
	}
	for q := range out {
		v := sum[q]
		if t.bias != nil {
			v += at(t.bias, uintptr(j+q)*4)
		}
		if old != nil {
			v = old[q] + v
		}
		out[q] = v
	}
}
