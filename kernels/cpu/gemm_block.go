package cpu

import "unsafe"

// strip is the number of columns after which the epilogue of a block is done:
// few enough to stay in the cache.
const strip = 8 * nr

// block computes C[i0:i1, j0:j1]. j0 is a multiple of 32.
//
//	for each few steps of k                 pack A: second-level cache
//		for each panel of B                  copied where its rows are far apart
//			for each 256 steps               a part of the panel: first-level cache
//				for each tile of rows
//					the micro-kernel
func (g *gemm) block(isa isa, s *scratch, i0, i1, j0, j1 int) {
	n := nest{gemm: *g, isa: isa, s: s, i0: i0, i1: i1, j0: j0}
	steps, part := g.steps(), kBlock
	if i1-i0 <= isa.rows() { // one tile: nothing is visited again
		steps, part = max(1, g.k), max(1, g.k)
	}
	n.place(j1-j0, part)
	for p0 := 0; ; p0 += steps {
		p1 := min(g.k, p0+steps)
		n.readA(j1-j0, p0, p1)
		done := j0 // columns whose outputs are finished
		for j := j0; j < j1; {
			cols := n.panel(j, j1, p0, p1, part)
			j += cols
			if p1 == g.k && !g.after.idle() && (j-done >= strip || j >= j1) {
				g.after.finish(isa, s, n.sums[done-j0:], n.ld, i0, i1, done, j)
				done = j
			}
		}
		if p1 == g.k {
			return
		}
	}
}

// nest is the state of the loops of block.
type nest struct {
	gemm
	isa        isa
	s          *scratch
	i0, i1, j0 int
	tile       tile

	sums    []float32 // the sums between steps, from (i0, j0) on
	ld      int
	compact bool // sums are panels [cols/32][rows][32]

	copied   []float32      // a strip of B
	a        unsafe.Pointer // A[i0, p0]
	distance uintptr        // bytes between tiles of rows
}

// place decides where the sums of the block stand between steps: in C, if
// there is a C and its old content is not needed at the end. When rows of C are
// far apart, each tile of it is in another page and often in the same few places
// of the first-level cache; then the sums stand side by side, panel by panel,
// until the last step writes them to C.
func (n *nest) place(cols, part int) {
	n.sums, n.ld = nil, n.ldc
	if n.c != nil {
		n.sums = n.c[n.i0*n.ldc+n.j0:]
	}
	if n.c == nil || n.k > part && n.old != nil && &n.old[0] == &n.c[0] {
		n.sums, n.ld = n.s.get(slotSum, (n.i1-n.i0)*cols), cols
	}
	if n.c != nil && n.k > part && n.ldc > far && n.after.idle() {
		n.sums, n.ld, n.compact = n.s.get(slotSum, (n.i1-n.i0)*roundUp(cols, nr)), nr, true
	}
}

// readA makes steps p0…p1 of the rows of A ready. Packed into tiles
// [rows/mr][steps][mr] they lie in few pages in the order in which they are
// read; that pays when a few panels of B use them. A transposed A read in
// place would touch another page at every step.
func (n *nest) readA(cols, p0, p1 int) {
	const f, enough = 4, 6 * nr
	mr, rows := n.isa.rows(), n.i1-n.i0
	t := &n.tile
	if p1 == p0 {
		return
	}
	if n.csa == 1 && (cols < enough || rows <= mr || !packsRows(n.isa)) {
		n.a, n.distance = unsafe.Pointer(&n.gemm.a[n.i0*n.rsa+p0]), uintptr(mr*n.rsa*f)
		t.rsa, t.csa = uintptr(n.rsa*f), f
		return
	}
	steps := p1 - p0
	packed := n.s.get(slotA, (rows+mr-1)/mr*steps*mr+nr)
	if n.csa == 1 {
		packRows(n.isa, packed, n.gemm.a[n.i0*n.rsa+p0:], n.rsa, rows, steps)
	} else {
		packTiles(n.isa, packed, n.gemm.a[n.i0+p0*n.csa:], n.csa, rows, steps)
	}
	n.a, n.distance = unsafe.Pointer(&packed[0]), uintptr(steps*mr*f)
	t.rsa, t.csa = f, uintptr(mr*f)
}

// panel takes steps p0…p1 of the panel of B at column j, or of four panels at
// once for a single row, and returns the number of its columns.
func (n *nest) panel(j, j1, p0, p1, part int) int {
	const f = 4 // bytes of a float32
	t, mr := &n.tile, n.isa.rows()
	cols := min(nr, j1-j)
	wide := n.m == 1 && n.packed && j+4*nr <= j1 && hasWide(n.isa)
	var b []float32
	ldb := nr
	if p1 > p0 {
		b, ldb = n.columns(j, j1, cols, p0, p1)
	}
	t.cols, t.ldb, t.ldpanel = cols, uintptr(ldb*f), uintptr(n.k*nr*f)
	for p := p0; ; p += part {
		end := min(p1, p+part)
		t.k = end - p
		n.ends(j, p == 0, end == n.k)
		if t.k > 0 {
			t.b = unsafe.Pointer(&b[(p-p0)*ldb])
		}
		c, from, old := t.c, t.from, t.old
		for i := n.i0; i < n.i1; i += mr {
			down := i - n.i0
			t.c = unsafe.Add(c, uintptr(down)*t.ldc)
			if from != nil {
				t.from = unsafe.Add(from, uintptr(down)*t.ldfrom)
			}
			if old != nil {
				t.old = unsafe.Add(old, uintptr(down)*t.ldold)
			}
			if t.k > 0 {
				t.a = unsafe.Add(n.a, uintptr(down/mr)*n.distance+uintptr(p-p0)*t.csa)
			}
			if wide {
				microWide(t)
				return 4 * nr
			}
			microKernel(n.isa, t, min(mr, n.i1-i))
		}
		if end == p1 {
			return cols
		}
	}
}

// ends points the tile to the sums it starts from and the results it writes,
// for the first rows of the block and the panel at column j.
func (n *nest) ends(j int, first, last bool) {
	const f = 4
	t := &n.tile
	at := j - n.j0
	if n.compact {
		at *= n.i1 - n.i0
	}
	sums, ldsums := unsafe.Pointer(&n.sums[at]), uintptr(n.ld*f)
	t.c, t.ldc = sums, ldsums
	t.from, t.old, t.bias = nil, nil, nil
	if !first {
		t.from, t.ldfrom = sums, ldsums
	} else if n.chain {
		t.from, t.ldfrom = unsafe.Pointer(&n.c[n.i0*n.ldc+j]), uintptr(n.ldc*f)
	}
	if !last {
		return
	}
	if n.bias != nil {
		t.bias = unsafe.Pointer(&n.bias[j])
	}
	if n.old != nil {
		t.old, t.ldold = unsafe.Pointer(&n.old[n.i0*n.ldc+j]), uintptr(n.ldc*f)
	}
	if n.c != nil {
		t.c, t.ldc = unsafe.Pointer(&n.c[n.i0*n.ldc+j]), uintptr(n.ldc*f)
	}
}

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
	n := nest{gemm: *g, isa: isa, s: s, i1: g.m, sums: g.c, ld: g.ldc}
	n.chain = end == chain
	if end == add {
		n.old = n.c
	}
	const f = 4
	n.tile.rsa, n.tile.csa = uintptr(g.rsa*f), uintptr(g.csa*f)
	if g.k > 0 {
		n.a, n.distance = unsafe.Pointer(&g.a[0]), uintptr(isa.rows()*g.rsa*f)
	}
	for j := 0; j < g.n; {
		j += n.panel(j, g.n, 0, g.k, max(1, g.k))
	}
}
