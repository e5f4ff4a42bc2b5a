//go:build !purego

package cpu

import (
	"math"
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

const (
	group16    = 32  // queries of a group
	span16     = 256 // queries that are packed at a time
	maxBlock16 = 8   // chunks of one task of the backward pass
)

// back16 is one call of backward16: a chunk of keys meets groups of queries.
// Assembly reads it by field offsets. The layouts stand in
// attention_bf16_backward_amd64.s.
type back16 struct {
	k, v, kt      unsafe.Pointer // the chunk, left operands
	dk, dv        unsafe.Pointer // [64][hd] float32
	queries       unsafe.Pointer // groups
	work          unsafe.Pointer
	size          uintptr // bytes from group to group
	blocks        int     // of 32 numbers of a head
	groups        int
	ahead         int // position of the first query, from that of the first key on
	scale, scale2 float32
	config        [64]byte
}

// work16 is how many numbers of memory backward16 works in.
const work16 = (12288 + 2*4*4096) / 4

// backTiles16 holds one task of the backward pass in bfloat16: a block of chunks
// of keys, and all queries that see it.
type backTiles16 struct {
	*attn
	s      *kernels.Seq
	h      int // key head
	chunks [maxBlock16]backChunk16
	groups []float32 // packed queries
	size   int       // numbers of a group
	pad    []float32 // [4][group16][hd]: q, do, o, dq of a group that is not whole
	call   back16
}

// backChunk16 is one chunk of the block.
type backChunk16 struct {
	first, n int // position of its first key, and how many there are
	key      int // element of k where it begins
	k, v, kt []uint32
	dk, dv   []float32
}

// backward16 adds the gradients that a block of chunks of key head h takes part
// in, in products of bfloat16.
func (t *attn) backward16(w *scratch, s *kernels.Seq, h, block int, v waves) {
	u, hd := &w.back16, t.HeadDim
	u.attn, u.s, u.h, u.size = t, s, h, 96*hd+64
	u.groups = w.get(slotB16, span16/group16*u.size)
	u.pad = w.get(slotD, 4*group16*hd)
	u.call = back16{
		work: ptr(w.get(slotS, work16)), size: uintptr(u.size * 4), blocks: hd / 32,
		scale: float32(t.Scale), scale2: t.scale16(), config: squareTiles,
	}
	n, from := int(s.Qn), block*t.block*chunk
	count := min(t.block, (int(s.Pos0)+n-from+chunk-1)/chunk)
	room := (3*chunk/2 + 2*chunk) * hd
	mem := w.get(slotA16, count*room)
	chunks := u.chunks[:count]
	for i := range chunks {
		u.open(&chunks[i], w.pairs16(), block*t.block+i, mem[i*room:(i+1)*room])
	}
	for g := range t.group {
		// Groups begin at the same queries for all chunks, spans for all blocks.
		for i := max(0, from-int(s.Pos0)) &^ (group16 - 1); i < n; {
			end := min(n, (i/span16+1)*span16)
			passed := g*n + end
			u.load(g, i, end)
			v.await(block, passed)
			if t.acc || block > 0 {
				u.eachGroup(g, i, end, (*backTiles16).takeDQ)
			} else {
				u.eachGroup(g, i, end, (*backTiles16).clearDQ)
			}
			for j := range chunks {
				u.meet(&chunks[j], i, end)
			}
			u.eachGroup(g, i, end, (*backTiles16).giveDQ)
			v.reach(block, passed)
			i = end
		}
	}
	for i := range chunks {
		u.close(&chunks[i])
	}
	v.reach(block, 1<<62)
}

// open packs chunk number i.
func (u *backTiles16) open(c *backChunk16, pairs []uint32, i int, mem []float32) {
	hd := u.HeadDim
	take := func(n int) []float32 {
		x := mem[:n]
		mem = mem[n:]
		return x
	}
	c.first, c.n = i*chunk, min(chunk, int(u.s.Pos0+u.s.Qn)-i*chunk)
	c.key = keyRow(u.s, i)*u.ldk + u.h*hd
	c.k, c.v, c.kt = words(take(chunk*hd/2)), words(take(chunk*hd/2)), words(take(chunk*hd/2))
	c.dk, c.dv = take(chunk*hd), take(chunk*hd)
	if c.n < chunk {
		clear(c.k)
		clear(c.v)
	}
	convertRows16(levelAMX, c.k, c.n, hd/32, u.k[c.key:], u.ldk, hd)
	convertRows16(levelAMX, c.v, c.n, hd/32, u.v[c.key:], u.ldk, hd)
	for q := range 2 {
		at := min(q*32, c.n-1)
		turnA16(levelAMX, c.kt, pairs, u.k[c.key+at*u.ldk:], u.ldk, max(0, min(32, c.n-q*32)), hd, q, 2)
	}
	open := func(sum, old []float32) {
		clear(sum)
		if u.acc && old != nil {
			padRows(sum, hd, old[c.key:], u.ldk, c.n, hd)
		}
	}
	open(c.dk, u.dk)
	open(c.dv, u.dv)
}

// close writes the gradients of a chunk.
func (u *backTiles16) close(c *backChunk16) {
	if u.dk != nil {
		copyRows(u.dk[c.key:], u.ldk, c.dk, u.HeadDim, c.n, u.HeadDim)
	}
	if u.dv != nil {
		copyRows(u.dv[c.key:], u.ldk, c.dv, u.HeadDim, c.n, u.HeadDim)
	}
}

// at returns where query i of head g begins in q.
func (u *backTiles16) at(g, i int) int {
	return (int(u.s.Q0)+i)*u.ldq + (u.h*u.group+g)*u.HeadDim
}

// load packs queries i…end of head g of the group.
func (u *backTiles16) load(g, i, end int) {
	hd, head := u.HeadDim, u.h*u.group+g
	for p := u.groups; i < end; i, p = i+group16, p[u.size:] {
		n, at, ld := min(group16, end-i), u.at(g, i), u.ldq
		q, do, o := u.q[at:], u.do[at:], u.o[at:]
		if n < group16 {
			part := group16 * hd
			clear(u.pad)
			copyRows(u.pad, hd, q, ld, n, hd)
			copyRows(u.pad[part:], hd, do, ld, n, hd)
			copyRows(u.pad[2*part:], hd, o, ld, n, hd)
			q, do, o, ld = u.pad, u.pad[part:], u.pad[2*part:], hd
		}
		form := 16 * hd // numbers
		u.pack(words(p), q, ld, form)
		u.pack(words(p[form:]), do, ld, form)
		lse, del := p[6*form:6*form+group16], p[6*form+group16:]
		deltas16(&del[0], &do[0], &o[0], uintptr(ld*4), group16/4, hd/32, u.call.scale)
		for j := range n {
			lse[j] = u.lse[(int(u.s.Q0)+i+j)*u.Heads+head] * math.Log2E
		}
		for j := n; j < group16; j++ {
			lse[j] = float32(math.Inf(1)) // weights of 0
		}
	}
}

// pack makes the two right operands of a group: pairs of numbers at dst and,
// two forms on, pairs of queries.
func (u *backTiles16) pack(dst []uint32, src []float32, ld, form int) {
	for b := range u.call.blocks {
		rowsBlock(avx512, dst[b*512:], src[b*32:], ld)
	}
	pairsRows(avx512, dst[2*form:], 512, src, ld, 2*u.call.blocks)
}

// eachGroup calls f for the queries i…end of head g, group by group: p is the
// packed group, n how many queries it has.
func (u *backTiles16) eachGroup(g, i, end int, f func(u *backTiles16, dq, p []float32, n int)) {
	if u.dq == nil {
		return
	}
	for p := u.groups; i < end; i, p = i+group16, p[u.size:] {
		f(u, u.dq[u.at(g, i):], p[64*u.HeadDim:], min(group16, end-i))
	}
}

// takeDQ turns the rows of dq of a group into dqᵀ.
func (u *backTiles16) takeDQ(dq, p []float32, n int) {
	ld := u.ldq
	if n < group16 {
		clear(u.pad)
		copyRows(u.pad, u.HeadDim, dq, ld, n, u.HeadDim)
		dq, ld = u.pad, u.HeadDim
	}
	turnIn16(&p[0], &dq[0], uintptr(ld*4), u.HeadDim/16)
}

// clearDQ begins at zero.
func (u *backTiles16) clearDQ(dq, p []float32, n int) { clear(p[:group16*u.HeadDim]) }

// giveDQ turns them back.
func (u *backTiles16) giveDQ(dq, p []float32, n int) {
	if n == group16 {
		turnOut16(&dq[0], uintptr(u.ldq*4), &p[0], u.HeadDim/16)
		return
	}
	turnOut16(&u.pad[0], uintptr(u.HeadDim*4), &p[0], u.HeadDim/16)
	copyRows(dq, u.ldq, u.pad, u.HeadDim, n, u.HeadDim)
}

// meet lets a chunk meet queries i…end, but for groups that do not see it.
func (u *backTiles16) meet(c *backChunk16, i, end int) {
	from := max(i, (c.first-int(u.s.Pos0))&^(group16-1))
	if from >= end {
		return
	}
	t := &u.call
	t.k, t.v, t.kt = unsafe.Pointer(&c.k[0]), unsafe.Pointer(&c.v[0]), unsafe.Pointer(&c.kt[0])
	t.dk, t.dv = ptr(c.dk), ptr(c.dv)
	t.queries = ptr(u.groups[(from-i)/group16*u.size:])
	t.groups = (end - from + group16 - 1) / group16
	t.ahead = int(u.s.Pos0) + from - c.first
	backward16(t)
}

//go:noescape
func backward16(t *back16)

//go:noescape
func deltas16(d, x, y *float32, stride uintptr, quartets, blocks int, scale float32)

//go:noescape
func turnOut16(dst *float32, stride uintptr, src *float32, stripes int)

//go:noescape
func turnIn16(dst *float32, src *float32, stride uintptr, stripes int)
