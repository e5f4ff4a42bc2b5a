package cpu

import "unsafe"

// readA makes steps p0…p1 of the rows of A ready, in place or in tiles. A tile is
// packed just before its first use, into the same memory as the last one if no
// other block of B will need it. A transposed A is packed at once, for its rows
// are long.
func (n *nest) readA(p0, p1, cols int) {
	const f = 4
	mr, rows, steps := n.isa.rows(), n.i1-n.i0, p1-p0
	if steps == 0 {
		return
	}
	if !n.packsA() {
		n.pointA(p0)
		return
	}
	n.nextA = uintptr(steps * mr * f)
	tiles := (rows + mr - 1) / mr
	if n.csa == 1 && cols >= n.j1-n.j0 {
		n.nextA, tiles = 0, 1
	}
	packed := n.s.get(slotA, tiles*steps*mr+nr)
	n.a, n.tile.rsa, n.tile.csa = unsafe.Pointer(&packed[0]), f, uintptr(mr*f)
	if n.csa == 1 {
		n.tilesA = packed
	} else {
		packTiles(n.isa, packed, n.gemm.a[n.i0+p0*n.csa:], n.csa, rows, steps)
	}
}

// tileA returns the tile of A of the rows from i on, for the block of B at
// column j0.
func (n *nest) tileA(i, j0, p0, steps int) unsafe.Pointer {
	mr := n.isa.rows()
	at := uintptr((i-n.i0)/mr) * n.nextA
	if n.tilesA != nil && j0 == n.j0 {
		packRows(n.isa, n.tilesA[at/4:], n.gemm.a[i*n.rsa+p0:], n.rsa, min(mr, n.i1-i), steps)
	}
	return unsafe.Add(n.a, at)
}

// readB makes steps p0…p1 of a block of columns of B ready.
func (n *nest) readB(j0, j1, p0, p1 int) {
	steps, whole := p1-p0, (j1-j0)/nr
	if steps == 0 {
		return
	}
	n.follows = n.packed && j1-j0 == nr && j1 < n.j1
	if !n.copies() {
		n.pointB(j0, j1, p0, p1)
		return
	}
	n.last = nil
	panels := n.s.get(slotPanel, steps*roundUp(j1-j0, nr))
	n.panels, n.stride, n.nextB = unsafe.Pointer(&panels[0]), nr*4, uintptr(steps*nr*4)
	if n.turned {
		for j := j0; j < j1; j += nr { // columns that the last panel lacks are zeros
			packTransposed(n.isa, panels[(j-j0)*steps:], nr, n.b[j*n.ldb+p0:], n.ldb, min(nr, j1-j), steps)
		}
		return
	}
	copyPanels(n.isa, panels, n.b[p0*n.ldb+j0:], n.ldb, steps, whole)
	if whole*nr < j1-j0 {
		n.pad(panels[whole*nr*steps:], j0+whole*nr, j1, p0)
	}
}

// packRowsGeneric copies rows of a matrix, stride apart, into tiles of mr:
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

// copyPanelsGeneric cuts rows of src, stride apart, into pieces of 32 numbers
// and makes panels of them: dst[panels][rows][32].
func copyPanelsGeneric(dst, src []float32, stride, rows, panels int) {
	for p := range rows {
		for q := range panels {
			copy(dst[(q*rows+p)*nr:][:nr], src[p*stride+q*nr:])
		}
	}
}
