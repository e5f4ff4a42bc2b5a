package cpu

// packRows copies rows of a matrix, stride apart, into tiles of isa.rows():
// element (i, p) goes to dst[(i/mr·steps + p)·mr + i mod mr]. The rows that a
// last tile lacks are zeros, or unspecified.
func packRowsGeneric(dst, src []float32, stride, rows, steps, mr int) {
	for i := range rows {
		to := dst[i/mr*steps*mr+i%mr:]
		for p, v := range src[i*stride:][:steps] {
			to[p*mr] = v
		}
	}
}

// packTilesGeneric is packRows for a matrix that is stored transposed: src has
// steps rows, stride apart, of rows numbers.
func packTilesGeneric(dst, src []float32, stride, rows, steps, mr int) {
	for p := range steps {
		row := src[p*stride:][:rows]
		for i := 0; i < rows; i += mr {
			copy(dst[(i/mr*steps+p)*mr:][:mr], row[i:])
		}
	}
}

// far is how many numbers between rows are too many to read them in place: half
// a page.
const far = 512

// columns returns steps p0…p1 of columns j…j+cols of B and their row stride.
// A narrow last panel of a matrix read in place is copied and padded, because
// micro-kernels read all 32 columns. Panels whose rows are far apart are copied
// when enough rows of A use them: read in place, every row is another page. A
// strip of them is copied at once, for the memory likes long rows.
func (n *nest) columns(j, j1, cols, p0, p1 int) ([]float32, int) {
	if n.packed {
		return n.b[j*n.k+p0*nr:], nr
	}
	steps := p1 - p0
	if cols < nr {
		panel := n.s.get(slotPanel, steps*nr)
		for p := range steps {
			row := panel[p*nr:][:nr]
			clear(row[copy(row, n.b[(p0+p)*n.ldb+j:][:cols]):])
		}
		return panel, nr
	}
	if n.ldb <= far || n.i1-n.i0 < 4*n.isa.rows() {
		return n.b[p0*n.ldb+j:], n.ldb
	}
	q := (j - n.j0) % strip / nr
	if q == 0 {
		n.copied = n.s.get(slotPanel, steps*strip)
		copyPanels(n.isa, n.copied, n.b[p0*n.ldb+j:], n.ldb, steps, min(strip, j1-j)/nr)
	}
	return n.copied[q*steps*nr:][:steps*nr], nr
}

// copyPanelsGeneric cuts rows of src, stride apart, into pieces of 32 numbers
// and makes panels of them: dst[panels][rows][32].
func copyPanelsGeneric(dst, src []float32, stride, rows, panels int) {
	for p := range rows {
		for q := range panels {
			copy(dst[(q*rows+p)*nr:][:nr], src[p*stride+q*nr:])
		}
	}
}
