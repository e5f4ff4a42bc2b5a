//go:build !purego

package cpu

import (
	"math"
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

const stripe = 16 // rows of a tile

// attnTiles16 is one call of attendTiles: stripes of 16 rows against a chunk of
// keys. Strides are in bytes. Assembly reads it by field offsets.
type attnTiles16 struct {
	q, k, v  unsafe.Pointer // tiles: [depth][stripes], [depth][4] of pairs of numbers, [depth][2][2] of pairs of keys
	blockQ   uintptr        // between blocks of 32 numbers of q
	o, m, l  unsafe.Pointer // of the rows: sums, largest score in units of ln 2, sum of weights
	seen     unsafe.Pointer // *int32: row i sees the keys at positions before seen[i]
	s, p, oc unsafe.Pointer // scratch: scores and weights of two stripes, sums of one
	mc       unsafe.Pointer // [6][16]: m and l of the chunk; twice, how much of each sum counts
	ldo      uintptr
	first    int // position of the first key
	stripes  int
	depth    int // blocks of 32 numbers of a head
	merge    int // 0: the first chunk, there is nothing to merge with
	scale    float32
	config   [64]byte
}

// tileShapes describes eight tiles by their rows and columns of 4 bytes.
func tileShapes(shapes [8][2]int) (config [64]byte) {
	config[0] = 1 // palette 1
	for i, s := range shapes {
		config[48+i], config[16+2*i] = byte(s[0]), byte(4*s[1])
	}
	return config
}

var squareTiles = tileShapes([8][2]int{{16, 16}, {16, 16}, {16, 16}, {16, 16}, {16, 16}, {16, 16}, {16, 16}, {16, 16}})

// attend16 holds one task of the forward pass in bfloat16. Rows are pairs of a
// query and a head of the group, query by query, filled up to whole stripes.
type attend16 struct {
	*attn
	rows int
	o    []float32
	m, l []float32
	seen []int32
	kt   []uint32 // the chunk in work: as rows, and as tiles
	part []uint32
	v    []uint32
	t    attnTiles16
}

// forward16 is forward in bfloat16.
func (t *attn) forward16(w *scratch, s *kernels.Seq, h, q0, q1 int) {
	u := t.newAttend16(w, s, h, q0, q1)
	pos := int(s.Pos0)
	for c := 0; c*chunk < pos+q1; c++ {
		n, at := min(chunk, pos+q1-c*chunk), keyRow(s, c)*t.ldk+h*t.HeadDim
		u.packKeys(at, n)
		u.packValues(at, n)
		u.attend(c, max(0, c*chunk-pos-q0)*t.group/stripe)
	}
	if q1-q0 > 1 && !u.finite() {
		// A value that is not finite may have met a row that does not see it:
		// 0·∞ is NaN. A query alone meets what it sees.
		for i := q0; i < q1; i++ {
			t.forward16(w, s, h, i, i+1)
		}
		return
	}
	u.finish(s, h, q0, q1)
}

// newAttend16 packs the queries q0…q1 of the heads of key head h.
func (t *attn) newAttend16(w *scratch, s *kernels.Seq, h, q0, q1 int) *attend16 {
	hd, depth := t.HeadDim, t.HeadDim/32
	u := &w.attend16
	*u = attend16{attn: t, rows: (q1 - q0) * t.group}
	stripes := (u.rows + stripe - 1) / stripe
	room := stripes * stripe
	q := words(w.get(slotA16, room*hd/2))
	u.kt, u.v, u.part = words(w.get(slotKT, chunk*hd/2)), words(w.get(slotVT, chunk*hd/2)), words(w.get(slotB16, chunk*hd/2))
	u.o = w.get(slotO, room*hd)
	ml := w.get(slotML, 3*room+6*stripe)
	u.seen, u.m, u.l = ints(ml[:room]), ml[room:2*room], ml[2*room:3*room]
	scores := w.get(slotS, 2*stripe*chunk)
	tmp := w.get(slotD, stripe*chunk+stripe*hd)

	for d := range depth {
		clear(q[(d*room+u.rows)*16 : (d+1)*room*16])
	}
	for g := range t.group {
		src := t.q[(int(s.Q0)+q0)*t.ldq+(h*t.group+g)*hd:]
		roundRows512(&q[g*16], uintptr(t.group*64), uintptr(room*64), &src[0], uintptr(t.ldq*4), q1-q0, depth, uintptr(16*t.ldq*4))
	}
	for i := range u.seen {
		u.seen[i] = s.Pos0 + int32(min(q0+i/t.group, q1-1)) + 1
	}
	u.t = attnTiles16{
		q: unsafe.Pointer(&q[0]), k: unsafe.Pointer(&u.kt[0]), v: unsafe.Pointer(&u.v[0]), blockQ: uintptr(room * 64),
		s: ptr(scores), p: ptr(tmp), oc: ptr(tmp[stripe*chunk:]), mc: ptr(ml[3*room:]),
		ldo: uintptr(hd * 4), stripes: stripes, depth: depth, scale: t.scale16(), config: squareTiles,
	}
	return u
}

// scale16 is what turns a score into an exponent of 2.
func (t *attn) scale16() float32 { return float32(t.Scale / math.Ln2) }

// packKeys makes tiles of n keys from element at of k on. What stands in the
// other columns is never looked at.
func (u *attend16) packKeys(at, n int) {
	if u.k16 == nil {
		u.convert(u.k[at:], n)
	} else {
		for j := range n {
			for d := range u.t.depth {
				*(*[32]kernels.BFloat16)(unsafe.Pointer(&u.part[(d*chunk+j)*16])) = *(*[32]kernels.BFloat16)(u.k16[at+j*u.ldk+32*d:])
			}
		}
	}
	turnPairs512(&u.kt[0], 1024, 64, &u.part[0], 4*u.t.depth)
}

// packValues does the same with values, and zeros for keys that are not there.
func (u *attend16) packValues(at, n int) {
	if u.v16 == nil {
		u.convert(u.attn.v[at:], n)
		pairKeys512(&u.v[0], unsafe.Pointer(&u.part[0]), 64, chunk*64, n, u.t.depth)
	} else {
		pairKeys512(&u.v[0], unsafe.Pointer(&u.v16[at]), uintptr(u.ldk*2), 64, n, u.t.depth)
	}
}

// convert rounds n rows to bfloat16: [depth][64 keys][32 numbers]. Meanwhile the
// next chunk is asked for.
func (u *attend16) convert(src []float32, n int) {
	roundRows512(&u.part[0], 64, chunk*64, &src[0], uintptr(u.ldk*4), n, u.t.depth, uintptr(chunk*u.ldk*4))
}

// attend lets the rows from stripe first on meet chunk c.
func (u *attend16) attend(c, first int) {
	t, r := u.t, first*stripe
	t.q = unsafe.Add(t.q, first*1024)
	t.o, t.m, t.l, t.seen = ptr(u.o[r*u.HeadDim:]), ptr(u.m[r:]), ptr(u.l[r:]), unsafe.Pointer(&u.seen[r])
	t.first, t.merge = c*chunk, min(c, 1)
	t.stripes -= first
	attendTiles(&t)
}

// finite reports whether all sums are.
func (u *attend16) finite() bool { return finite512(&u.o[0], u.rows*u.HeadDim/16) }

// finish writes o = sum/l and lse.
func (u *attend16) finish(s *kernels.Seq, h, q0, q1 int) {
	hd, row := u.HeadDim, int(s.Q0)+q0
	for g := range u.group {
		divideRows512(&u.attn.o[row*u.ldq+(h*u.group+g)*hd], uintptr(u.ldq*4), &u.o[g*hd], uintptr(u.group*hd*4),
			q1-q0, hd, &u.l[g], uintptr(u.group*4))
	}
	if u.lse == nil {
		return
	}
	u.logSums(u.l[:u.rows], u.m, u.l)
	for i := range q1 - q0 {
		copy(u.lse[(row+i)*u.Heads+h*u.group:][:u.group], u.l[i*u.group:])
	}
}

//go:noescape
func attendTiles(t *attnTiles16)

//go:noescape
func weights512(p *uint32, s *float32, quartets int, seen *int32, c float32, m, l *float32)

//go:noescape
func factors512(m, l, mc, lc, alpha, beta *float32, vectors int)

//go:noescape
func finite512(x *float32, vectors int) bool

//go:noescape
func pairKeys512(dst *uint32, src unsafe.Pointer, stride, step uintptr, keys, panels int)

//go:noescape
func roundRows512(dst *uint32, row, block uintptr, src *float32, stride uintptr, rows, blocks int, ahead uintptr)
