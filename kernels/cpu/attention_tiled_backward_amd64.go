//go:build !purego

package cpu

import (
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

const (
	// keyRows is the room for the gradients of a chunk: whole groups of keys.
	keyRows  = (chunk + sixRows - 1) / sixRows * sixRows
	roomRows = qTile + sixRows // a group that begins late goes beyond the last row
	maxBlock = 4               // chunks of one task of the backward pass
)

// backTiles holds one task of the tiled backward pass: a block of chunks of
// keys, and all queries that see it. Rows of wide numbers are heads filled up to
// whole vectors.
type backTiles struct {
	*attn
	s         *kernels.Seq
	h         int // key head
	wide      int // hd in whole vectors
	chunks    [maxBlock]backChunk
	pack      []float32 // [3][roomRows][wide]
	q, do, dq []float32 // queries in work, rows of ldq numbers
	ldq       int
	packed    bool      // in pack
	p, ds     []float32 // [qTile][64]
	lse, del  [qTile]float32
	seen      [roomRows]int32
	next      int // where in q the next tile begins; negative if there is none or it was asked for
}

// backChunk is one chunk of the block.
type backChunk struct {
	first, n int       // position of its first key, and how many there are
	key      int       // element of k where it begins
	kt, vt   []float32 // [hd][64]
	k        []float32 // [64][wide]
	dk, dv   []float32 // [keyRows][wide]
}

// backwardTiled adds the gradients that a block of chunks of key head h takes
// part in.
func (t *attn) backwardTiled(w *scratch, s *kernels.Seq, h, block int, v waves) {
	u, hd := &w.backTiles, t.HeadDim
	u.attn, u.s, u.h, u.wide = t, s, h, (hd+15)/16*16
	part := roomRows * u.wide
	u.pack = w.get(slotA, 3*part)
	scores := w.get(slotS, 2*qTile*chunk+16) // keySums reads a little beyond the last row
	u.p, u.ds = scores[:qTile*chunk], scores[qTile*chunk:]
	size := t.block
	n, from := int(s.Qn), block*size*chunk
	count := min(size, (int(s.Pos0)+n-from+chunk-1)/chunk)
	room := 2*hd*chunk + (chunk+2*keyRows)*u.wide
	mem := w.get(slotKT, count*room)
	for i := range count {
		u.open(&u.chunks[i], block*size+i, mem[i*room:(i+1)*room])
	}
	for g := range t.group {
		// Tiles end at the same queries for all blocks.
		for i := max(0, from-int(s.Pos0)); i < n; {
			end := min(n, (i/qTile+1)*qTile)
			u.load(g, i, end-i)
			passed := g*n + end
			v.await(block, passed)
			u.deltas(g, i, end-i, block == 0)
			if !t.acc && block == 0 && t.dq != nil {
				clearRows(t.dq[u.at(g, i):], t.ldq, end-i, hd)
			}
			u.tile(u.chunks[:count], g, i, end-i, end < n)
			v.reach(block, passed)
			i = end
		}
	}
	for i := range u.chunks[:count] {
		c := &u.chunks[i]
		if t.dk != nil {
			copyRows(t.dk[c.key:], t.ldk, c.dk, u.wide, c.n, hd)
		}
		if t.dv != nil {
			copyRows(t.dv[c.key:], t.ldk, c.dv, u.wide, c.n, hd)
		}
	}
	v.reach(block, 1<<62)
}

// open packs chunk number i.
func (u *backTiles) open(c *backChunk, i int, mem []float32) {
	hd := u.HeadDim
	take := func(n int) []float32 {
		x := mem[:n]
		mem = mem[n:]
		return x
	}
	c.first, c.n = i*chunk, min(chunk, int(u.s.Pos0+u.s.Qn)-i*chunk)
	c.key = keyRow(u.s, i)*u.ldk + u.h*hd
	c.kt, c.vt, c.k = take(hd*chunk), take(hd*chunk), take(chunk*u.wide)
	c.dk, c.dv = take(keyRows*u.wide), take(keyRows*u.wide)
	if u.acc && u.dk != nil {
		askRows(u.dk[c.key:], u.ldk, c.n, hd)
	}
	if u.acc && u.dv != nil {
		askRows(u.dv[c.key:], u.ldk, c.n, hd)
	}
	askRows(u.v[c.key:], u.ldk, c.n, hd)
	packTransposed(u.isa, c.kt, chunk, u.attn.k[c.key:], u.ldk, c.n, hd)
	packTransposed(u.isa, c.vt, chunk, u.v[c.key:], u.ldk, c.n, hd)
	padRows(c.k, u.wide, u.attn.k[c.key:], u.ldk, c.n, hd)
	clear(c.dk)
	clear(c.dv)
	if u.acc && u.dk != nil {
		padRows(c.dk, u.wide, u.dk[c.key:], u.ldk, c.n, hd)
	}
	if u.acc && u.dv != nil {
		padRows(c.dv, u.wide, u.dv[c.key:], u.ldk, c.n, hd)
	}
}

// at returns where query i of head g begins in q.
func (u *backTiles) at(g, i int) int {
	return (int(u.s.Q0)+i)*u.attn.ldq + (u.h*u.group+g)*u.HeadDim
}

// load packs queries i…i+r of head g of the group.
func (u *backTiles) load(g, i, r int) {
	hd, head, row := u.HeadDim, u.h*u.group+g, int(u.s.Q0)+i
	at := u.at(g, i)
	size := (r + sixRows) * u.attn.ldq // a group that begins late goes beyond the last row
	if u.packed = !u.inPlace() || at+size > len(u.attn.q); !u.packed {
		u.q, u.do, u.ldq = u.attn.q[at:at+size], u.attn.do[at:at+size], u.attn.ldq
		if u.attn.dq != nil {
			u.dq = u.attn.dq[at : at+size]
		}
	} else {
		part := roomRows * u.wide
		u.q, u.do, u.dq, u.ldq = u.pack[:part], u.pack[part:2*part], u.pack[2*part:], u.wide
		padRows(u.q, u.wide, u.attn.q[at:], u.attn.ldq, r, hd)
		padRows(u.do, u.wide, u.attn.do[at:], u.attn.ldq, r, hd)
		clear(u.q[r*u.wide:])
		clear(u.do[r*u.wide:])
	}
	for j := range r {
		u.seen[j] = u.s.Pos0 + int32(i+j) + 1
		u.lse[j] = u.attn.lse[(row+j)*u.Heads+head]
	}
	for j := r; j < roomRows; j++ {
		u.seen[j] = u.seen[r-1]
	}
}

// deltas takes δ of queries i…i+r of head g, or makes it if that is for this
// block to do: the first, which all queries see.
func (u *backTiles) deltas(g, i, r int, make bool) {
	hd, head, row := u.HeadDim, u.h*u.group+g, int(u.s.Q0)+i
	for j := range r {
		d := &u.delta[(row+j)*u.Heads+head]
		if make {
			at := (row+j)*u.attn.ldq + head*hd
			*d = dot(u.isa, u.attn.do[at:at+hd], u.o[at:at+hd])
		}
		u.del[j] = *d
	}
}

// inPlace reports whether queries are read where they lie.
func (u *backTiles) inPlace() bool { return u.wide == u.HeadDim && u.attn.ldq <= 512 }

// tile lets queries i…i+r of head g meet the chunks, in ascending order.
func (u *backTiles) tile(chunks []backChunk, g, i, r int, more bool) {
	at := u.at(g, i)
	u.next = -1
	if more {
		u.next = at + r*u.attn.ldq
	}
	packed := u.packed && u.attn.dq != nil
	if packed {
		padRows(u.dq, u.wide, u.attn.dq[at:], u.attn.ldq, r, u.HeadDim)
	}
	for j := range chunks {
		c, skip := &chunks[j], 0
		if skip = max(0, c.first-int(u.s.Pos0)-i); skip < r {
			u.meet(c, skip, r-skip)
			u.next = -1
		}
	}
	if packed {
		copyRows(u.attn.dq[at:], u.attn.ldq, u.dq, u.wide, r, u.HeadDim)
	}
}

// meet lets rows r0…r0+r of the tile meet a chunk.
func (u *backTiles) meet(c *backChunk, r0, r int) {
	wide, groups := u.wide, (r+sixRows-1)/sixRows
	ld, ldq, q, do := uintptr(wide*4), uintptr(u.ldq*4), u.q[r0*u.ldq:], u.do[r0*u.ldq:]
	t := attnTile{a: ptr(q), lda: ldq, b: ptr(c.kt), c: ptr(u.p), seen: unsafe.Pointer(&u.seen[r0]), first: c.first, groups: groups, depth: u.HeadDim}
	if u.next >= 0 {
		t.ahead, t.stride, t.width = uintptr(ptr(u.attn.q[u.next:])), uintptr(u.attn.ldq*4), u.HeadDim
	}
	scores512(&t)
	t.a, t.b, t.c = ptr(do), ptr(c.vt), ptr(u.ds)
	if u.next >= 0 {
		t.ahead = uintptr(ptr(u.attn.do[u.next:]))
	}
	scores512(&t)
	softmaxRowsBackward512(&u.p[0], &u.ds[0], r, &u.seen[r0], c.first, float32(u.Scale), &u.lse[r0], &u.del[r0])

	visible := int(u.seen[r0]) - c.first // keys that the first query sees
	keys := (min(c.n, visible+r-1) + sixRows - 1) / sixRows
	kt := attnTile{ldb: ldq, ldc: ld, first: visible, groups: keys, rows: r}
	for d := 0; d < wide; d += 64 {
		w := min(4, (wide-d)/16)
		kt.a, kt.b, kt.c = ptr(u.p), ptr(do[d:]), ptr(c.dv[d:])
		if u.attn.dv != nil {
			keySums(&kt, w)
		}
		kt.a, kt.b, kt.c = ptr(u.ds), ptr(q[d:]), ptr(c.dk[d:])
		if u.attn.dk != nil {
			keySums(&kt, w)
		}
	}
	if u.attn.dq == nil {
		return
	}
	t.a, t.ldb, t.ldc, t.end, t.lanes = ptr(u.ds), ld, ldq, sumOn, 0xffff
	dq := u.dq[r0*u.ldq:]
	for d := 0; d < wide; d += 64 {
		t.b, t.c, t.rows = ptr(c.k[d:]), ptr(dq[d:]), r
		rowSums(&t, min(4, (wide-d)/16))
	}
}
