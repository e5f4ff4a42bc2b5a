package cpu

import "unsafe"

// A gemm computes C[m,n] from A[m,k] and B[k,n]. Every element of C is one
// chain of fused multiply-adds over ascending k: its bits do not depend on how
// the matrices are cut into tiles, on the other rows, or on the workers.
//
//	sum = 0, or the old C[i,j] with chain
//	for p := range k { sum = fma(A[i,p], B[p,j], sum) }
//	C[i,j] = sum (+ bias[j]) (old C[i,j] + … with add)
//
// A is read in place: element (i, p) is a[i·rsa + p·csa], so that a transposed
// matrix costs nothing. B is read in place, row p at b[p·ldb], or from panels
// of 32 columns [n/32][k][32] padded with zeros (see Backend.Pack). The
// generic implementation rounds the product before it adds.
type gemm struct {
	m, n, k  int
	c        []float32
	ldc      int
	a        []float32
	rsa, csa int
	tileA    int // not 0: A is packed, see packA; the distance of its tiles
	b        []float32
	ldb      int
	packed   bool
	bias     []float32
	end      ending
	after    epilogue // what follows, block by block; see finish

	mc, nc int // the block of C that is one task
}

// ending says what happens to the old content of C.
type ending uint8

const (
	store ending = iota // C = sum
	add                 // C = C + sum
	chain               // the sum starts from C
)

// nr is the number of columns of a panel of B.
const nr = 32

// kBlock is how many steps of a long sum are taken before the next tile is
// visited: a panel of B of that height stays in the second-level cache.
const kBlock = 256

// maxK is the longest sum taken in one go.
const maxK = 2048

// tile is one call of a micro-kernel: at most 12 rows (isa-dependent) by 32
// columns of C. Strides are in bytes. Assembly reads it by field offsets.
type tile struct {
	c, a, b, bias unsafe.Pointer
	ldc           uintptr
	rsa, csa      uintptr
	ldb           uintptr
	k             int
	cols          int // 1…32
	end           int // an ending
}

// gemm splits C into tasks of blocks and runs them.
func (b *Backend) gemm(g gemm) {
	if g.m == 0 || g.n == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	mc, nc := g.blocks(b.isa, b.pool.workers)
	g.mc, g.nc = mc, nc
	shareTasks(b, (g.m+mc-1)/mc*((g.n+nc-1)/nc), g, func(b *Backend, g *gemm, w, t int) {
		nt := (g.n + g.nc - 1) / g.nc
		i, j := t/nt*g.mc, t%nt*g.nc
		g.block(b.isa, &b.scratch[w], i, min(g.m, i+g.mc), j, min(g.n, j+g.nc))
	})
}

// blocks chooses the size of the block of C that is one task: rows whose part
// of A fits half of the second-level cache, and enough tasks to share.
func (g *gemm) blocks(isa isa, workers int) (mc, nc int) {
	mr := isa.rows()
	kc := max(1, g.k)
	if g.end == chain || g.k > maxK {
		kc = min(kc, kBlock)
	}
	mc = max(1, (128<<10)/kc/mr) * mr
	mc, nc = min(mc, (g.m+mr-1)/mr*mr), (g.n+nr-1)/nr*nr
	if workers == 1 {
		return mc, nc
	}
	// A task below some microseconds is not worth sharing; a few tasks a worker
	// even the load out. Rows are cut first, because every block of columns
	// reads A again; weight gradients also pack it, and want tall blocks.
	const least = 1 << 18 // multiply-adds
	low := 8 * mr
	if g.end == chain {
		low = 4 * mr
	}
	tasks := func() int { return (g.m + mc - 1) / mc * ((g.n + nc - 1) / nc) }
	large := func() bool { return mc*nc*g.k > 2*least }
	for tasks() < 4*workers && mc > low && large() {
		mc = (mc/2 + mr - 1) / mr * mr
	}
	for tasks() < 2*workers && nc > nr && large() && (g.end != chain || tasks() < workers) {
		nc = (nc/2 + nr - 1) / nr * nr
	}
	for tasks() < workers && mc > mr && large() {
		mc = (mc/2 + mr - 1) / mr * mr
	}
	return mc, nc
}

// block computes C[i0:i1, j0:j1]. j0 is a multiple of 32.
func (g *gemm) block(isa isa, s *scratch, i0, i1, j0, j1 int) {
	if !g.after.idle() {
		h, sum, ld := *g, g.c, g.ldc
		if sum == nil {
			ld = j1 - j0
			sum = s.get(slotSum, (i1-i0)*ld)
		} else {
			sum = sum[i0*ld+j0:]
		}
		h.after = epilogue{}
		h.c, h.ldc = sum, ld
		h.a, h.b = g.a[min(len(g.a), i0*g.rsa):], g.b[min(len(g.b), j0*g.k):]
		if g.bias != nil {
			h.bias = g.bias[j0:]
		}
		h.block(isa, s, 0, i1-i0, 0, j1-j0)
		g.after.finish(isa, s, sum, ld, i0, i1, j0, j1)
		return
	}
	if g.k <= 0 {
		g.part(isa, s, g.c, g.ldc, i0, i1, j0, j1, 0, 0, g.end)
		return
	}
	switch {
	case g.end == chain:
		for p := 0; p < g.k; p += kBlock {
			end := min(g.k, p+kBlock)
			h := *g
			if g.rsa == 1 {
				h.packA(isa, s, i0, i1, p, end)
			}
			h.part(isa, s, g.c, g.ldc, i0, i1, j0, j1, p, end, chain)
		}
	case g.k <= maxK:
		g.part(isa, s, g.c, g.ldc, i0, i1, j0, j1, 0, g.k, g.end)
	default:
		g.long(isa, s, i0, i1, j0, j1)
	}
}

// long is block for a sum that is taken in several goes: the partial sums
// stand in scratch, and the chain goes on from them.
func (g *gemm) long(isa isa, s *scratch, i0, i1, j0, j1 int) {
	ld := j1 - j0
	sum := s.get(slotTile, (i1-i0)*ld)
	h := *g
	h.bias, h.end = nil, store
	for p := 0; p < g.k; p += kBlock {
		// part addresses C by absolute row and column.
		h.partAt(isa, s, sum, ld, i0, i1, j0, j1, p, min(g.k, p+kBlock), h.end)
		h.end = chain
	}
	for i := i0; i < i1; i++ {
		row, out := sum[(i-i0)*ld:][:ld], g.c[i*g.ldc+j0:][:ld]
		for j, v := range row {
			if g.bias != nil {
				v += g.bias[j0+j]
			}
			if g.end == add {
				v = out[j] + v
			}
			out[j] = v
		}
	}
}

func (g *gemm) part(isa isa, s *scratch, c []float32, ldc, i0, i1, j0, j1, p0, p1 int, end ending) {
	g.partAt(isa, s, c[i0*ldc+j0:], ldc, i0, i1, j0, j1, p0, p1, end)
}

// partAt takes steps p0…p1 of the sums of C[i0:i1, j0:j1], whose first element
// is c[0]. Panels of B are visited once each, and for each all tiles of rows:
// the panel stays close while A streams.
func (g *gemm) partAt(isa isa, s *scratch, c []float32, ldc, i0, i1, j0, j1, p0, p1 int, end ending) {
	const f = 4 // bytes of a float32
	mr := isa.rows()
	t := tile{ldc: uintptr(ldc * f), rsa: uintptr(g.rsa * f), csa: uintptr(g.csa * f), k: p1 - p0, end: int(end)}
	for j := j0; j < j1; j += nr {
		t.cols = min(nr, j1-j)
		if t.k > 0 {
			panel, ldb := g.panel(isa, s, i1-i0, j, t.cols, p0, p1)
			t.b, t.ldb = unsafe.Pointer(&panel[0]), uintptr(ldb*f)
		}
		if g.bias != nil {
			t.bias = unsafe.Pointer(&g.bias[j])
		}
		for i := i0; i < i1; i += mr {
			t.c = unsafe.Pointer(&c[(i-i0)*ldc+j-j0])
			if g.tileA > 0 {
				t.a = unsafe.Pointer(&g.a[(i-i0)/mr*g.tileA])
			} else if t.k > 0 {
				t.a = unsafe.Pointer(&g.a[i*g.rsa+p0*g.csa])
			}
			microKernel(isa, &t, min(mr, i1-i))
		}
	}
}

// packA copies rows i0…i1, steps p0…p1 of a transposed A into tiles
// [rows/mr][steps][mr], and makes g read those. A transposed matrix read in
// place touches another page at every step; read row by row, it streams.
func (g *gemm) packA(isa isa, s *scratch, i0, i1, p0, p1 int) {
	mr, steps := isa.rows(), p1-p0
	tiles := (i1 - i0 + mr - 1) / mr
	packed := s.get(slotA, tiles*steps*mr)
	packTiles(isa, packed, g.a[i0+p0*g.csa:], g.csa, i1-i0, steps)
	g.a, g.csa, g.tileA = packed, mr, steps*mr
}

// packTilesGeneric is packA for a matrix src of steps rows, stride apart, and
// rows columns.
func packTilesGeneric(dst, src []float32, stride, rows, steps, mr int) {
	for p := range steps {
		row := src[p*stride:][:rows]
		for i := 0; i < rows; i += mr {
			copy(dst[(i/mr*steps+p)*mr:][:mr], row[i:])
		}
	}
}

// panel returns steps p0…p1 of columns j…j+cols of B and their row stride.
// A narrow last panel of a matrix read in place is copied and padded, because
// micro-kernels read all 32 columns. A panel whose rows are far apart is copied
// when enough rows of A use it: read in place, every row is another page.
func (g *gemm) panel(isa isa, s *scratch, rows, j, cols, p0, p1 int) ([]float32, int) {
	const far = 512 // numbers: half a page
	if g.packed {
		return g.b[j*g.k+p0*nr:][:(p1-p0)*nr], nr
	}
	if cols == nr && (g.ldb <= far || rows < 4*isa.rows()) {
		return g.b[p0*g.ldb+j:], g.ldb
	}
	panel := s.get(slotPanel, (p1-p0)*nr)
	if cols == nr {
		copyPanel(isa, panel, g.b[p0*g.ldb+j:], g.ldb)
		return panel, nr
	}
	for p := p0; p < p1; p++ {
		row := panel[(p-p0)*nr:][:nr]
		clear(row[copy(row, g.b[p*g.ldb+j:][:cols]):])
	}
	return panel, nr
}

// copyPanelGeneric fills dst with rows of 32 numbers, stride apart in src.
func copyPanelGeneric(dst, src []float32, stride int) {
	for p := range len(dst) / nr {
		copy(dst[p*nr:(p+1)*nr], src[p*stride:])
	}
}
