//go:build !purego

package cpu

import (
	"math"
	"sync/atomic"
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

const (
	sixRows = 6 // rows of a group
)

// canTile reports whether there are kernels for tiles of attention.
func (t *attn) canTile() bool { return t.isa >= avx512 }

// attentionScratch is what the tiled passes keep in a scratch.
type attentionScratch struct {
	tiles     tiles
	backTiles backTiles
	back16    backTiles16
	attend16  attend16
	decode16  decodeTiles16
	decoding  decoding
	seen      [64]int32 // what the rows of decoding see
	keyTasks  []keyTask
	waves     waves
	next      atomic.Int64 // of keyTasks
}

// tiles holds one task of the tiled forward pass. Rows are pairs of a query and
// a head of the group, query by query, packed side by side and filled up to
// whole groups; hd is rounded up to whole vectors in v and o.
type tiles struct {
	*attn
	rows, wide int
	q, o       []float32 // [rows][hd], [rows][wide]
	seen       []int32   // row i sees the positions before seen[i]
	m, l       []float32 // running maximum and sum of each row
	kt, v      []float32 // of the chunk in work: [hd][64], [64][wide]
	p          []float32 // [qTile][64]
	mc, lc     []float32 // maximum and sum of the chunk
	alpha      []float32
	beta       []float32
	next       int // where in k the next chunk begins; negative if there is none or it was asked for
}

func ptr(x []float32) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(x)) }

// ints returns n int32 of scratch memory.
func ints(x []float32) []int32 {
	return unsafe.Slice((*int32)(ptr(x)), len(x))
}

// forwardTiled is forward in the assembly of AVX-512: the same sums in the same
// order.
func (t *attn) forwardTiled(w *scratch, s *kernels.Seq, h, q0, q1 int) {
	u := t.newTiles(w, s, h, q0, q1)
	pos := int(s.Pos0)
	for c := 0; c*chunk < pos+q1; c++ {
		n := min(chunk, pos+q1-c*chunk)
		key := keyRow(s, c)*t.ldk + h*t.HeadDim
		packTransposed(t.isa, u.kt, chunk, t.k[key:], t.ldk, n, t.HeadDim)
		padRows(u.v, u.wide, t.v[key:], t.ldk, n, t.HeadDim)
		u.next = -1
		if (c+1)*chunk < pos+q1 {
			u.next = keyRow(s, c+1)*t.ldk + h*t.HeadDim
		}
		for r := max(0, c*chunk-pos-q0) * t.group; r < u.rows; r += qTile {
			u.tile(c, r, min(qTile, u.rows-r))
			u.next = -1
		}
	}
	u.finish(s, h, q0, q1)
}

// newTiles packs the queries q0…q1 of the heads of key head h.
func (t *attn) newTiles(w *scratch, s *kernels.Seq, h, q0, q1 int) *tiles {
	hd, n := t.HeadDim, t.group*t.HeadDim
	u := &w.tiles
	*u = tiles{attn: t, rows: (q1 - q0) * t.group, wide: (hd + 15) / 16 * 16}
	room := u.rows + 16 // groups and vectors of rows may go beyond the last
	u.q, u.o = w.get(slotA, room*hd+16), w.get(slotO, room*u.wide)
	ml := w.get(slotML, 3*room+4*qTile)
	u.seen, u.m, u.l, ml = ints(ml[:room]), ml[room:2*room], ml[2*room:3*room], ml[3*room:]
	u.mc, u.lc, u.alpha, u.beta = ml[:qTile], ml[qTile:2*qTile], ml[2*qTile:3*qTile], ml[3*qTile:]
	u.kt, u.v, u.p = w.get(slotKT, hd*chunk), w.get(slotVT, u.wide*chunk), w.get(slotS, qTile*chunk)
	copyRows(u.q, n, t.q[(int(s.Q0)+q0)*t.ldq+h*n:], t.ldq, q1-q0, n)
	clear(u.q[u.rows*hd:])
	for i := q0; i < q1; i++ {
		for g := range t.group {
			u.seen[(i-q0)*t.group+g] = s.Pos0 + int32(i) + 1
		}
	}
	for i := u.rows; i < room; i++ {
		u.seen[i] = s.Pos0 + int32(q1)
	}
	clear(u.m[u.rows:])
	clear(u.l[u.rows:])
	return u
}

// tile lets rows r0…r0+n meet chunk c.
func (u *tiles) tile(c, r0, n int) {
	hd, groups := u.HeadDim, (n+sixRows-1)/sixRows
	t := attnTile{
		a: ptr(u.q[r0*hd:]), lda: uintptr(hd * 4), b: ptr(u.kt), c: ptr(u.p),
		seen: unsafe.Pointer(&u.seen[r0]), first: c * chunk, groups: groups, depth: hd,
	}
	if u.next >= 0 { // rows of k while scores are made, those of v after
		t.ahead, t.stride, t.width = uintptr(ptr(u.k[u.next:])), uintptr(u.ldk*4), hd
	}
	scores512(&t)
	if u.next >= 0 {
		askRows(u.attn.v[u.next:], u.ldk, chunk, hd)
	}
	mc, lc := u.mc, u.lc
	t.end, t.lanes = sumMerge, 0xffff
	if c == 0 { // nothing to merge with
		mc, lc, t.end = u.m[r0:], u.l[r0:], sumNew
	}
	softmaxRows512(&u.p[0], (n+3)/4, &u.seen[r0], c*chunk, float32(u.Scale), &mc[0], &lc[0])
	if c > 0 {
		mergeFactors512(&u.m[r0], &u.l[r0], &mc[0], &lc[0], &u.alpha[0], &u.beta[0], (n+15)/16)
	}
	t.a, t.ldb, t.ldc = t.c, uintptr(u.wide*4), uintptr(u.wide*4)
	for d := 0; d < u.wide; d += 64 {
		t.b, t.c = ptr(u.v[d:]), ptr(u.o[r0*u.wide+d:])
		t.rows, t.alpha, t.beta = groups*sixRows, ptr(u.alpha), ptr(u.beta)
		rowSums(&t, min(4, (u.wide-d)/16))
	}
}

// copyRows copies rows of n numbers.
func copyRows(dst []float32, ld int, src []float32, stride, rows, n int) {
	copyRows512(&dst[0], uintptr(ld*4), &src[0], uintptr(stride*4), rows, n)
}

// padRows copies rows of n numbers, and zeros up to the next whole vector.
func padRows(dst []float32, ld int, src []float32, stride, rows, n int) {
	padRows512(&dst[0], uintptr(ld*4), &src[0], uintptr(stride*4), rows, n)
}

// askRows asks for rows of n numbers that will be read soon.
func askRows(src []float32, stride, rows, n int) {
	askRows512(&src[0], uintptr(stride*4), rows, n)
}

// finish writes o = sum/l and lse = m + log l.
func (u *tiles) finish(s *kernels.Seq, h, q0, q1 int) {
	hd, row := u.HeadDim, int(s.Q0)+q0
	for g := range u.group {
		divideRows512(&u.attn.o[row*u.ldq+(h*u.group+g)*hd], uintptr(u.ldq*4), &u.o[g*u.wide], uintptr(u.group*u.wide*4),
			q1-q0, hd, &u.l[g], uintptr(u.group*4))
	}
	if u.lse == nil {
		return
	}
	for r := 0; r < u.rows; row++ {
		for g := range u.group {
			u.lse[row*u.Heads+h*u.group+g] = float32(float64(u.m[r]) + math.Log(float64(u.l[r])))
			r++
		}
	}
}
