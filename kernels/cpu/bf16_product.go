package cpu

import "unsafe"

// A product16 computes C[m,n] from A[m,k] and B[k,n], float32 matrices whose
// elements are rounded to bfloat16 before they are multiplied. Sums are
// float32, one chain over ascending blocks of 32 k; what happens within a block
// depends on the level, see multiply16Generic. The rest of the last block counts
// as zeros. So the bits of an element do not depend on the other rows and
// columns, nor on how the work is cut.
//
// B stands in panels of 32 columns, [⌈n/32⌉][⌈k/32⌉] blocks; a block is 32 k by
// 32 columns in two halves of 16 columns, pairs of k close together:
//
//	[2 halves][16 pairs of k][16 columns][2]
//
// A is converted for each call, some rows at a time; see convertRows16.
type product16 struct {
	m, n, k int
	c       []float32 // nil with after
	ldc     int
	a       []float32 // [m, k], or [k, m] when turned; rows lda apart
	lda     int
	turned  bool
	b       []uint32  // panels; nil: they are made of x
	x       []float32 // [k, n]
	chain   bool      // the sums start from C
	after   epilogue  // what follows, block by block

	// What is at work: rows i0…i1, k blocks q0…q1, tasks of rows by panels.
	i0, i1, q0, q1 int
	packedA        []uint32
	packedB        []uint32
	strideB        int // numbers from panel to panel of packedB
	sum            []float32
	rows, panels   int // of one task
}

const (
	kStep16     = 32           // k of a block
	blockSize16 = kStep16 * 16 // uint32 of a block of B: 2 KB
	nearA16     = 384 << 10    // elements of A that are converted at a time
	mostK16     = 3072         // k of one visit
	tokens16    = 1024         // the same, when both operands are converted
	nearB16     = 128 << 10    // uint32 of B that stay in the second-level cache
	nearC16     = 512 << 10    // elements of C that are computed in parts, see strips
	nearAB16    = 128 << 10    // elements of both operands of a strip, see strips
	leastTask16 = 1 << 20      // multiply-adds of a task: some microseconds
)

func panels16(n int) int    { return (n + nr - 1) / nr }
func blocks16(k int) int    { return (k + kStep16 - 1) / kStep16 }
func panelSize16(k int) int { return blocks16(k) * blockSize16 }

// both converts both operands, all rows of A, once for each visit.
func (g *product16) both(b *Backend) {
	visits, each := visits16(g.k, tokens16)
	g.i0, g.i1 = 0, g.m
	for v := range visits {
		g.q0, g.q1 = v*each, min(blocks16(g.k), (v+1)*each)
		g.convertB(b)
		g.convertA(b)
		g.multiply(b, visits == 1)
	}
}

// ready multiplies by a B that stands in panels; all workers convert some rows
// of A, then they multiply them.
func (g *product16) ready(b *Backend) {
	visits, each := visits16(g.k, mostK16)
	tall, blocks := b.level.rows16(), blocks16(g.k)
	g.strideB = blocks * blockSize16
	parts := max(1, (g.m*each*kStep16+nearA16-1)/nearA16)
	height := ((g.m+parts-1)/parts + tall - 1) / tall * tall
	for i := 0; i < g.m; i += height {
		for v := range visits {
			h := *g
			h.i0, h.i1 = i, min(g.m, i+height)
			h.q0, h.q1 = v*each, min(blocks, (v+1)*each)
			h.packedB = g.b[min(len(g.b), h.q0*blockSize16):]
			h.chain = g.chain || v > 0
			h.convertA(b)
			h.multiply(b, v == visits-1)
		}
	}
}

// visits16 cuts the blocks of k into visits, at least one, of at most most k.
func visits16(k, most int) (visits, each int) {
	blocks := blocks16(k)
	visits = max(1, (k+most-1)/most)
	return visits, (blocks + visits - 1) / visits
}

// convertA rounds rows i0…i1, blocks q0…q1 of A.
func (g *product16) convertA(b *Backend) {
	blocks := g.q1 - g.q0
	if blocks == 0 {
		return
	}
	g.packedA = b.words16(slotA16, sizeA16(b.level, g.i1-g.i0, blocks))
	if g.turned {
		shareTasks(b, blocks, *g, func(b *Backend, g *product16, w, q int) {
			k0 := (g.q0 + q) * kStep16
			turnA16(b.level, g.packedA, b.scratch[w].pairs16(), g.a[k0*g.lda:], g.lda, min(kStep16, g.k-k0), g.m, q, g.q1-g.q0)
		})
		return
	}
	const rows = 32
	shareTasks(b, (g.i1-g.i0+rows-1)/rows, *g, func(b *Backend, g *product16, _, t int) {
		k0, k1 := g.q0*kStep16, min(g.k, g.q1*kStep16)
		i := g.i0 + t*rows
		to := g.packedA[offsetA16(b.level, t*rows, g.q1-g.q0):]
		convertRows16(b.level, to, min(rows, g.i1-i), g.q1-g.q0, g.a[i*g.lda+k0:], g.lda, k1-k0)
	})
}

// convertB makes panels of blocks q0…q1 of x.
func (g *product16) convertB(b *Backend) {
	blocks := g.q1 - g.q0
	g.strideB = blocks * blockSize16
	g.packedB = b.words16(slotB16, panels16(g.n)*g.strideB)
	shareTasks(b, blocks, *g, func(b *Backend, g *product16, _, q int) {
		k0 := (g.q0 + q) * kStep16
		packPairs16(b.isa, g.packedB[q*blockSize16:], g.strideB, g.x[k0*g.n:], g.n, min(kStep16, g.k-k0), g.n)
	})
}

// multiply cuts the visit into tasks of rows by panels. The panels of a task
// stay in the second-level cache while its rows pass by.
func (g *product16) multiply(b *Backend, last bool) {
	if !last {
		g.after = epilogue{}
	}
	rows, panels, tall := g.i1-g.i0, panels16(g.n), b.level.rows16()
	depth := max(1, g.q1-g.q0)
	g.rows, g.panels = rows, min(panels, max(1, nearB16/(depth*blockSize16)))
	if w := b.pool.workers; w > 1 {
		large := func() bool { return g.rows*g.panels*nr*depth*kStep16 > 2*leastTask16 }
		for g.rows > 4*tall && g.tasks(rows, panels) < 8*w && large() {
			g.rows = (g.rows/2 + tall - 1) / tall * tall
		}
		for g.panels > 1 && g.tasks(rows, panels) < 4*w && large() {
			g.panels = (g.panels + 1) / 2
		}
	}
	if g.c == nil && (g.q0 > 0 || !last) {
		// Sums of several visits that have no place in the output.
		g.sum = b.shared.get(slotSum, rows*g.n)
	}
	shareTasks(b, g.tasks(rows, panels), *g, func(b *Backend, g *product16, w, t int) {
		down := (g.i1 - g.i0 + g.rows - 1) / g.rows
		r, p := g.i0+t%down*g.rows, t/down*g.panels
		g.block(b, &b.scratch[w], r, min(g.i1, r+g.rows), p, min(panels16(g.n), p+g.panels))
	})
}

func (g *product16) tasks(rows, panels int) int {
	return (rows + g.rows - 1) / g.rows * ((panels + g.panels - 1) / g.panels)
}

// block computes rows r0…r1 of panels p0…p1, some at a time.
func (g *product16) block(b *Backend, s *scratch, r0, r1, p0, p1 int) {
	tall, depth := b.level.rows16(), g.q1-g.q0
	for i := r0; i < r1; i += tall {
		var a []uint32
		if depth > 0 {
			a = g.packedA[offsetA16(b.level, i-g.i0, depth):]
		}
		g.stripe(b, s, a, i, min(r1, i+tall), p0, p1)
	}
}

// stripe computes rows r0…r1, converted in a, of panels p0…p1, and their
// epilogue.
func (g *product16) stripe(b *Backend, s *scratch, a []uint32, r0, r1, p0, p1 int) {
	j0, j1 := p0*nr, min(g.n, p1*nr)
	call := call16{ldc: g.ldc, a: a, strideB: g.strideB, rows: r1 - r0, cols: j1 - j0, blocks: g.q1 - g.q0, chain: g.chain}
	switch {
	case g.c != nil:
		call.c = g.c[r0*g.ldc+j0:]
	case g.sum != nil:
		call.ldc = g.n
		call.c = g.sum[(r0-g.i0)*g.n+j0:]
	default:
		call.ldc = (p1 - p0) * nr
		call.c = aligned(s.get(slotSum, call.rows*call.ldc+15))
	}
	if call.blocks > 0 {
		call.b = g.packedB[p0*g.strideB:]
		multiply16(b.level, &call)
	} else if !g.chain {
		for r := range call.rows {
			clear(call.c[r*call.ldc:][:call.cols])
		}
	}
	if !g.after.idle() {
		g.after.finish(b.isa, s, call.c, call.ldc, r0, r1, j0, j1)
	}
}

// words16 returns n numbers of the call's scratch memory, on a border of 64 bytes.
func (b *Backend) words16(slot, n int) []uint32 {
	return words(aligned(b.shared.get(slot, n+15)))[:n]
}

// words is the memory of s, which is not empty.
func words(s []float32) []uint32 { return unsafe.Slice((*uint32)(unsafe.Pointer(&s[0])), len(s)) }
