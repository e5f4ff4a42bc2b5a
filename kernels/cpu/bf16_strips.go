package cpu

// A small C of a turned A, the gradient of a small weight, is cut into a part
// for each worker. It converts what its part needs of both operands, a strip of
// some blocks of k at a time, and multiplies while that is in its cache. Some
// numbers are converted by several workers so; but none waits for another, and
// none fetches from another's cache what that one has converted.

const mostStrip16 = 16 // blocks of k

// strips computes C += A·B.
func (g *product16) strips(b *Backend) {
	if g.k == 0 {
		return
	}
	g.i1 = g.m
	g.rows, g.panels = g.parts(b.pool.workers, b.level.rows16()/2)
	shareTasks(b, g.tasks(g.m, panels16(g.n)), *g, func(b *Backend, g *product16, w, t int) {
		down := (g.m + g.rows - 1) / g.rows
		i, j := t%down*g.rows, t/down*g.panels*nr
		g.part(b.level, &b.scratch[w], i, min(g.m, i+g.rows), j, min(g.n, j+g.panels*nr))
	})
}

// parts returns the rows, a multiple of unit, and panels of a part such that
// there are enough for the workers and the largest converts least. A row of A
// takes one and a half times as long as a column of B, because it is turned.
func (g *product16) parts(workers, unit int) (rows, panels int) {
	least := 0
	for down := 1; down <= workers; down++ {
		across := (workers + down - 1) / down
		r := ((g.m+down-1)/down + unit - 1) / unit * unit
		p := (panels16(g.n) + across - 1) / across
		if cost := 3*r + 2*p*nr; down == 1 || cost < least {
			least, rows, panels = cost, r, p
		}
	}
	return rows, panels
}

// part computes rows i0…i1, columns j0…j1.
func (g *product16) part(l level, s *scratch, i0, i1, j0, j1 int) {
	m, n, blocks := i1-i0, j1-j0, blocks16(g.k)
	most := min(blocks, mostStrip16, max(4, nearAB16/((m+n)*kStep16)))
	visits := (blocks + most - 1) / most
	each := (blocks + visits - 1) / visits
	pairs := s.pairs16()
	a := words(aligned(s.get(slotA16, sizeA16(l, m, each)+15)))
	x := words(aligned(s.get(slotB16, panels16(n)*each*blockSize16+15)))
	for q0 := 0; q0 < blocks; q0 += each {
		depth := min(each, blocks-q0)
		c := call16{c: g.c[i0*g.ldc+j0:], ldc: g.ldc, a: a, b: x, strideB: depth * blockSize16, rows: m, cols: n, blocks: depth, chain: true}
		for q := range depth {
			k := (q0 + q) * kStep16
			rows := min(kStep16, g.k-k)
			turnA16(l, a, pairs, g.a[k*g.lda+i0:], g.lda, rows, m, q, depth)
			packPairs16(l.isa(), x[q*blockSize16:], c.strideB, g.x[k*g.n+j0:], g.n, rows, n)
		}
		multiply16(l, &c)
	}
}

// pairs16 is what turnA16 wants for itself.
func (s *scratch) pairs16() []uint32 { return words(aligned(s.get(slotPanel, turned16*16+15))) }
