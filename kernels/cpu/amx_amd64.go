//go:build !purego

package cpu

import "unsafe"

// tiles16 is one call of a tile kernel: at most 32 rows of C, or some times 32,
// by some panels of 32 columns. Strides are in bytes. Assembly reads it by field offsets.
type tiles16 struct {
	c, a, b      unsafe.Pointer
	ldc, strideB uintptr
	blocks       int // of 32 steps of k, at least 1
	panels       int // of columns; one, when it has no columns 16…31
	groups       int // of 32 rows; tilePanels counts them down
	chain        int // 1: go on from C
	claim        int // 1: ask for the lines of C before the sums begin
	right        int // 1: there are columns 16…31
	config       [64]byte
}

// configure sets the shapes of the tiles for rows rows and panels of cols
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

// tilePanels is the product of 17 to 32 rows, or groups of 32, with panels of B. See amx_amd64.s.
//
//go:noescape
func tilePanels(t *tiles16)

// tileRows is the same for at most 16 rows.
//
//go:noescape
func tileRows(t *tiles16)

// multiplyTiles is multiply16 for tiles: groups of 32 rows in one call, then
// the rest.
func multiplyTiles(g *call16) {
	t := tiles16{
		c: unsafe.Pointer(&g.c[0]), a: unsafe.Pointer(&g.a[0]), b: unsafe.Pointer(&g.b[0]),
		ldc: uintptr(g.ldc * 4), strideB: uintptr(g.strideB * 4), blocks: g.blocks, panels: g.cols / nr,
	}
	// Short sums end before the lines of C have come. Rows 4 KB apart share
	// a set of the first-level cache, which cannot hold 32 of them.
	if !g.chain && g.blocks <= 8 && g.ldc%1024 != 0 {
		t.claim = 1
	}
	if g.chain {
		t.chain = 1
	}
	if t.panels > 0 {
		t.run(g.rows, nr)
	}
	if rest := g.cols % nr; rest > 0 {
		done := g.cols - rest
		t.c, t.b, t.panels = unsafe.Pointer(&g.c[done]), unsafe.Pointer(&g.b[t.panels*g.strideB]), 1
		t.run(g.rows, rest)
	}
}

func (t *tiles16) run(rows, cols int) {
	c, a := t.c, t.a
	if t.groups = rows / 32; t.groups > 0 {
		done := uintptr(t.groups) * 32
		t.configure(32, cols)
		tilePanels(t)
		if rows %= 32; rows == 0 {
			return
		}
		t.c, t.a = unsafe.Add(c, done*t.ldc), unsafe.Add(a, done*uintptr(t.blocks)*64)
	}
	t.groups = 1
	t.configure(rows, cols)
	if rows > 16 {
		tilePanels(t)
	} else {
		tileRows(t)
	}
	t.a = a
}
