package cpu

import "unsafe"

// The loops of a block of C follow the caches. A tile of A of aBlock steps stays
// in the first level while all panels of a block of B go by from the second:
//
//	for each few steps of k
//		for each block of columns            B: second-level cache
//			for each tile of rows             A: first-level cache
//				for each panel of 32 columns
//					the micro-kernel
//
// C is visited along its rows, so that the next tile of it is beside this one. A
// few rows by packed panels are soon through: their block of B is a single panel
// of more steps, and while they use it they ask for the next.
const (
	aBlock   = 344 // steps: 12 rows are a third of a first-level cache of 48 KB
	bBlock   = 512 // columns: with aBlock a third of a second-level cache of 2 MB
	fewRows  = 256
	longStep = 1024 // steps of few rows
)

// block computes C[i0:i1, j0:j1]. j0 is a multiple of 32.
func (g *gemm) block(isa isa, s *scratch, i0, i1, j0, j1 int) {
	n := nest{gemm: *g, isa: isa, s: s, i0: i0, i1: i1, j0: j0, j1: j1}
	steps, cols := n.steps(), n.columns()
	n.place(steps, cols)
	for p0 := 0; ; p0 += steps {
		p1 := min(g.k, p0+steps)
		n.readA(p0, p1, cols)
		for j := j0; j < j1; j += cols {
			end := min(j1, j+cols)
			n.readB(j, end, p0, p1)
			n.tiles(j, end, p0, p1)
		}
		if p1 == g.k {
			return
		}
	}
}

// nest is the state of the loops of block.
type nest struct {
	gemm
	isa            isa
	s              *scratch
	i0, i1, j0, j1 int
	tile           tile

	sums    []float32 // the sums between steps, from (i0, j0) on
	ld      int
	oneTile bool // sums have room for a tile of rows, and every tile uses it

	tilesA []float32      // where tiles of A are packed before their first use
	a      unsafe.Pointer // A[i0, p0]
	nextA  uintptr        // bytes between tiles of rows; 0: every tile is packed anew

	panels, last unsafe.Pointer // B[p0, j] and, if it was padded, the last panel
	stride       uintptr        // bytes between rows of panels
	nextB        uintptr        // bytes between panels
	follows      bool           // another panel follows this block, which is one
}

// few reports whether there are so few rows that reading B decides.
func (n *nest) few() bool { return n.i1-n.i0 <= fewRows }

// packsA reports whether A is packed into tiles [rows/mr][steps][mr]. They lie in
// few pages in the order in which they are read, which pays when a few panels of
// B use them; a transposed A read in place would touch another page at every
// step.
func (n *nest) packsA() bool {
	const enough = 6 * nr
	return n.csa != 1 || n.j1-n.j0 >= enough && n.i1-n.i0 > n.isa.rows() && packsRows(n.isa)
}

// copies reports whether panels of B are copied: always where B is turned, and
// rows of B that are far apart and serve enough rows of A. Read in place, every
// row is another page.
func (n *nest) copies() bool {
	const far = 512 // numbers
	return n.turned || !n.packed && n.ldb > far && n.i1-n.i0 >= 4*n.isa.rows()
}

// steps returns how many steps of the sums are taken before the next columns
// are visited: pieces of even length. For one tile nothing is visited again.
func (n *nest) steps() int {
	most := aBlock
	switch {
	case n.i1-n.i0 <= n.isa.rows():
		return max(1, n.k)
	case n.few() && (n.packed || !n.packsA() && !n.copies()):
		most = longStep
	}
	pieces := max(1, (n.k+most-1)/most)
	return max(1, roundUp((n.k+pieces-1)/pieces, 4))
}

// columns returns how many columns of B are a block.
func (n *nest) columns() int {
	most := bBlock
	switch {
	case n.packed && n.m == 1 && hasWide(n.isa):
		return 4 * nr
	case n.packed && n.few(), n.turned && n.i1-n.i0 <= n.isa.rows():
		return nr
	case n.few():
		most = bBlock / 2
	}
	pieces := (n.j1 - n.j0 + most - 1) / most
	return roundUp((n.j1-n.j0+pieces-1)/pieces, nr)
}

// place decides where the sums stand between steps: in C, if there is a C and
// its old content is not needed at the end, and in scratch memory otherwise.
func (n *nest) place(steps, cols int) {
	overwritten := n.old != nil && n.c != nil && &n.old[0] == &n.c[0]
	switch {
	case n.c == nil && n.k <= steps:
		n.oneTile, n.ld = true, cols
		n.sums = n.s.get(slotSum, n.isa.rows()*n.ld)
	case n.c == nil || n.k > steps && overwritten:
		n.ld = n.j1 - n.j0
		n.sums = n.s.get(slotSum, (n.i1-n.i0)*n.ld)
	default:
		n.sums, n.ld = n.c[n.i0*n.ldc+n.j0:], n.ldc
	}
}

// at returns the place of (i, j) in sums, in a block that begins at column j0.
func (n *nest) at(i, j, j0 int) int {
	if n.oneTile {
		return j - j0
	}
	return (i-n.i0)*n.ld + j - n.j0
}
