package cpu

import "unsafe"

// ending says what happens to the old content of C.
type ending uint8

const (
	store ending = iota // C = sum
	add                 // C = C + sum
	chain               // the sum starts from C
)

// mul computes C[m,n] from A[m,k] and B[k,n] on this goroutine, all read in
// place; see [gemm].
func mul(isa isa, w *scratch, c []float32, ldc, m, n, k int, a []float32, rsa, csa int, b []float32, ldb int, end ending) {
	g := gemm{m: m, n: n, k: k, c: c, ldc: ldc, a: a, rsa: rsa, csa: csa, b: b, ldb: ldb}
	g.inPlace(isa, w, end)
}

// inPlace computes the whole product without cutting or packing it.
func (g *gemm) inPlace(isa isa, s *scratch, end ending) {
	if g.m == 0 || g.n == 0 {
		return
	}
	n := nest{gemm: *g, isa: isa, s: s, i1: g.m, j1: g.n, sums: g.c, ld: g.ldc}
	n.chain = end == chain
	if end == add {
		n.old = n.c
	}
	if g.k > 0 {
		n.pointA(0)
		n.pointB(0, g.n, 0, g.k)
	}
	n.tiles(0, g.n, 0, g.k)
}

// pointA points to steps p0… of the rows of A as they stand.
func (n *nest) pointA(p0 int) {
	const f = 4
	n.a, n.nextA = unsafe.Pointer(&n.gemm.a[n.i0*n.rsa+p0*n.csa]), uintptr(n.isa.rows()*n.rsa*f)
	n.tile.rsa, n.tile.csa = uintptr(n.rsa*f), uintptr(n.csa*f)
}

// pointB points to steps p0…p1 of columns j0…j1 of B as they stand. A narrow last
// panel of a plain matrix is copied and padded with zeros, because micro-kernels
// read all 32 columns.
func (n *nest) pointB(j0, j1, p0, p1 int) {
	const f = 4
	n.last = nil
	if n.packed {
		n.panels, n.stride, n.nextB = unsafe.Pointer(&n.b[j0*n.k+p0*nr]), nr*f, uintptr(n.k*nr*f)
		return
	}
	n.panels, n.stride, n.nextB = unsafe.Pointer(&n.b[p0*n.ldb+j0]), uintptr(n.ldb*f), nr*f
	if (j1-j0)%nr > 0 {
		n.pad(n.s.get(slotPanel, (p1-p0)*nr), (j1-j0)/nr*nr+j0, j1, p0)
	}
}

// pad copies columns j…j1 of B, fewer than 32, into a panel of whole rows.
func (n *nest) pad(panel []float32, j, j1, p0 int) {
	for p := range len(panel) / nr {
		row := panel[p*nr:][:nr]
		clear(row[copy(row, n.b[(p0+p)*n.ldb+j:][:j1-j]):])
	}
	n.last = unsafe.Pointer(&panel[0])
}
