//go:build !purego

package cpu

import "unsafe"

// tiles16 is one call of a tile kernel: some panels of 32 rows of C by 32
// columns. Sizes and strides are in bytes. Assembly reads it by field offsets.
type tiles16 struct {
	c, a, b unsafe.Pointer
	ldc     uintptr
	blocks  int // of 32 steps of k
	panels  int // of 32 rows
	chain   int // 1: go on from C
	right   int // 1: there are columns 16…31
	config  [64]byte
}

// configure sets the shapes of the tiles for panels of rows rows and cols
// columns. Tiles that do not exist get a valid shape.
//
//	0 1   C, 16 rows by 16 columns each   4   A, rows 0…15
//	2 3                                   5   A, rows 16…31
//	                                      6 7 B
func (t *tiles16) configure(rows, cols int) {
	upper, lower := min(16, rows), max(1, rows-16)
	left, right := min(16, cols), cols-16
	t.right = 1
	if right <= 0 {
		t.right, right = 0, 16
	}
	t.config = [64]byte{0: 1} // palette 1
	for i, s := range [8][2]int{{upper, left}, {upper, right}, {lower, left}, {lower, right}, {upper, 16}, {lower, 16}, {16, left}, {16, right}} {
		t.config[48+i], t.config[16+2*i] = byte(s[0]), byte(4*s[1])
	}
}

// tilePanels is the product of the panels with B. See amx_amd64.s.
//
//go:noescape
func tilePanels(t *tiles16)

// tileRows is tilePanels for a panel of at most 16 rows.
//
//go:noescape
func tileRows(t *tiles16)

// multiplyTiles is multiply16 for tiles. i0 is a multiple of 32.
func multiplyTiles(c []float32, ldc int, a []uint32, i0, i1 int, b []uint32, cols, blocks int, chain bool) {
	_, _ = c[(i1-i0-1)*ldc+cols-1], b[blocks*blockSize16-1]
	t := tiles16{
		c: unsafe.Pointer(&c[0]), a: unsafe.Pointer(&a[i0*blocks*16]), b: unsafe.Pointer(&b[0]),
		ldc: uintptr(ldc * 4), blocks: blocks, panels: (i1 - i0) / 32,
	}
	if chain {
		t.chain = 1
	}
	if t.panels > 0 {
		t.configure(32, cols)
		tilePanels(&t)
	}
	if rest := (i1 - i0) % 32; rest > 0 {
		i := i1 - i0 - rest
		t.c, t.a, t.panels = unsafe.Pointer(&c[i*ldc]), unsafe.Pointer(&a[(i0+i)*blocks*16]), 1
		t.configure(rest, cols)
		if rest > 16 {
			tilePanels(&t)
		} else {
			tileRows(&t)
		}
	}
}
