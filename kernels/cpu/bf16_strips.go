package cpu

// Small C of turned A, the gradients of small weights, are cut into a part for
// each worker. It converts what its part needs of the operands, a strip of
// some blocks of k at a time, and multiplies while that is in its cache. Some
// numbers are converted by several workers so; but none waits for another, and
// none fetches from another's cache what that one has converted.

const mostStrip16 = 16 // blocks of k

// cut16 is how the C, one above the other, are cut: down into pieces of rows,
// across into pieces of panels. So a worker reads whole rows of most A.
type cut16 struct{ down, across, rows, panels int }

// strips computes C += A·B for all products.
func (j *joined16) strips(b *Backend) {
	if j.of[0].k == 0 {
		return
	}
	type args struct {
		*joined16
		cut cut16
	}
	c := j.cut(b.level, b.pool.workers)
	shareTasks(b, c.down*c.across, args{j, c}, func(b *Backend, a *args, w, t int) {
		a.part(b.level, &b.scratch[w], &a.cut, t%a.cut.down*a.cut.rows, t/a.cut.down*a.cut.panels*nr)
	})
}

// unit16 is what the rows of a piece are a multiple of.
func unit16(l level) int { return l.rows16() / 2 }

// cut makes enough pieces for the workers, such that the largest converts
// least. A row of A takes one and a half times as long as a column of B, because
// it is turned.
func (j *joined16) cut(l level, workers int) cut16 {
	var best cut16
	m, panels, least := 0, panels16(j.of[0].n), 0
	for i := range j.all() {
		m += roundUp(j.of[i].m, unit16(l))
	}
	for down := 1; down <= workers; down++ {
		across := (workers + down - 1) / down
		c := cut16{down, across, roundUp((m+down-1)/down, unit16(l)), (panels + across - 1) / across}
		if cost := 3*c.rows + 2*c.panels*nr; down == 1 || cost < least {
			least, best = cost, c
		}
	}
	return best
}

// part computes the piece of all C that begins with row r0, column j0.
func (j *joined16) part(l level, s *scratch, c *cut16, r0, j0 int) {
	first := &j.of[0]
	n, blocks := min(first.n-j0, c.panels*nr), blocks16(first.k)
	if n <= 0 {
		return
	}
	most := min(blocks, mostStrip16, max(4, nearAB16/((c.rows+n)*kStep16)))
	visits := (blocks + most - 1) / most
	each := (blocks + visits - 1) / visits
	pairs := s.pairs16()
	a := words(aligned(s.get(slotA16, sizeA16(l, c.rows, each)+15)))
	x := words(aligned(s.get(slotB16, panels16(n)*each*blockSize16+15)))
	for q0 := 0; q0 < blocks; q0 += each {
		call := call16{a: a, b: x, cols: n, blocks: min(each, blocks-q0), chain: true}
		call.strideB = call.blocks * blockSize16
		for q := range call.blocks {
			k := (q0 + q) * kStep16
			packPairs16(l.isa(), x[q*blockSize16:], call.strideB, first.x[k*first.n+j0:], first.n, min(kStep16, first.k-k), n)
		}
		above := 0 // rows of the C above
		for i := range j.all() {
			g := &j.of[i]
			i0, i1 := max(0, r0-above), min(g.m, r0-above+c.rows)
			above += roundUp(g.m, unit16(l))
			if i0 >= i1 {
				continue
			}
			for q := range call.blocks {
				k := (q0 + q) * kStep16
				turnA16(l, a, pairs, g.a[k*g.lda+i0:], g.lda, min(kStep16, g.k-k), i1-i0, q, call.blocks)
			}
			call.c, call.ldc, call.rows = g.c[i0*g.ldc+j0:], g.ldc, i1-i0
			multiply16(l, &call)
		}
	}
}

// pairs16 is what turnA16 wants for itself.
func (s *scratch) pairs16() []uint32 { return words(aligned(s.get(slotPanel, turned16*16+15))) }
