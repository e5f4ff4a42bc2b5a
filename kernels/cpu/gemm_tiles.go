package cpu

import "unsafe"

// tiles takes steps p0…p1 of the sums of a block of columns: each tile of rows
// meets all panels of B, and its epilogue while the sums are in the cache.
func (n *nest) tiles(j0, j1, p0, p1 int) {
	t, mr := &n.tile, n.isa.rows()
	t.k, t.ldpanel = p1-p0, uintptr(n.k*nr*4)
	wide := n.m == 1 && n.packed && hasWide(n.isa) && j1-j0 == 4*nr
	for i := n.i0; i < n.i1; i += mr {
		rows := min(mr, n.i1-i)
		if t.k > 0 {
			t.a = n.tileA(i, j0, p0, t.k)
		}
		for j := j0; j < j1; j += nr {
			t.cols = min(nr, j1-j)
			if t.k > 0 {
				t.b, t.ldb = unsafe.Add(n.panels, uintptr((j-j0)/nr)*n.nextB), n.stride
			}
			if t.cols < nr && n.last != nil {
				t.b, t.ldb = n.last, nr*4
			}
			n.ends(i, j, j0, p0 == 0, p1 == n.k)
			n.prefetch(i, j, j0, j1)
			if wide {
				microWide(t)
				break
			}
			microKernel(n.isa, t, rows)
		}
		if p1 == n.k && !n.after.idle() {
			n.after.finish(n.isa, n.s, n.sums[n.at(i, j0, j0):], n.ld, i, i+rows, j0, j1)
		}
	}
}

// ends points the tile to the sums it starts from and the results it writes.
func (n *nest) ends(i, j, j0 int, first, last bool) {
	const f = 4 // bytes of a float32
	t := &n.tile
	sums, ldsums := unsafe.Pointer(&n.sums[n.at(i, j, j0)]), uintptr(n.ld*f)
	t.c, t.ldc = sums, ldsums
	t.from, t.old, t.bias = nil, nil, nil
	if !first {
		t.from, t.ldfrom = sums, ldsums
	} else if n.chain {
		t.from, t.ldfrom = unsafe.Pointer(&n.c[i*n.ldc+j]), uintptr(n.ldc*f)
	}
	if !last {
		return
	}
	if n.bias != nil {
		t.bias = unsafe.Pointer(&n.bias[j])
	}
	if n.old != nil {
		t.old, t.ldold = unsafe.Pointer(&n.old[i*n.ldc+j]), uintptr(n.ldc*f)
	}
	if n.c != nil {
		t.c, t.ldc = unsafe.Pointer(&n.c[i*n.ldc+j]), uintptr(n.ldc*f)
	}
}

// prefetch says what the micro-kernel asks for while it computes: the next tile
// of C; and into the second-level cache, at each step a line (of 8 rows or less, two)
// of what is farther away, which is one of
//
//   - B a page further on, if one tile reads all of it,
//   - the next panel of B, half of it by the first tile and half by the second,
//   - the next tile of A, by the last panel.
//
// They are addresses, not pointers, and may lie beyond the operands.
func (n *nest) prefetch(i, j, j0, j1 int) {
	const page = 4096
	t, mr := &n.tile, n.isa.rows()
	t.next = uintptr(t.c)
	if j+nr < j1 {
		t.next += nr * 4
	} else if i+mr < n.i1 {
		t.next += uintptr(mr)*t.ldc - uintptr(j-j0)*4
	}
	t.ahead = uintptr(t.b)
	switch tile := (i - n.i0) / mr; {
	case n.packed && n.i1-n.i0 <= mr:
		t.ahead += page
	case n.follows && tile < 2:
		t.ahead += n.nextB + uintptr(tile*t.k*64)
	case j+nr >= j1 && i+mr < n.i1 && (n.tilesA == nil || j0 > n.j0):
		t.ahead = uintptr(t.a) + n.nextA
	}
}
