//go:build !purego

package cpu

import (
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

// decodeTiles16 is one call of decodeScores16 or decodeValues16: all key heads,
// or one, against a chunk. Assembly reads it by field offsets.
type decodeTiles16 struct {
	q, k, v unsafe.Pointer // [heads][group][hd], the first row of keys and of values
	s, p, o unsafe.Pointer // [heads·group][64] scores, the same of weights, [heads·group][hd]
	pairs   unsafe.Pointer // scratch: four tiles
	stride  uintptr        // bytes between keys
	ahead   uintptr        // what will be read next: no pointer, it may be beyond the end
	heads   int            // key heads
	group   int
	depth   int // blocks of 32 numbers of a head
	keys    int
	blocks  int // of 16 keys
	config  [64]byte
}

// columnTiles are the shapes for scores: four columns, keys, q, keys, keys.
var columnTiles = tileShapes([8][2]int{{16, 1}, {16, 1}, {16, 1}, {16, 1}, {16, 16}, {16, 1}, {16, 16}, {16, 16}})

// groupTiles are the shapes for a group of heads times values.
func groupTiles(group int) [64]byte {
	return tileShapes([8][2]int{{group, 16}, {group, 16}, {1, 1}, {1, 1}, {group, 16}, {group, 16}, {16, 16}, {16, 16}})
}

// openDecode16 rounds the query to bfloat16.
func (t *attn) openDecode16(w *scratch, q []float32) []float32 {
	packed := w.get(slotA16, t.ldq/2)
	convertRow512(&words(packed)[0], 64, &q[0], t.ldq/32)
	return packed
}

// decodeChunk16 makes the part of chunk c of sequence i.
func (t *attn) decodeChunk16(w *scratch, i, c int, q, part []float32) {
	s, u := &t.seqs[i], &w.decode16
	n, at, quartets := min(chunk, int(s.Pos0)+1-c*chunk), keyRow(s, c)*t.ldk, (t.Heads+3)/4
	scores, p := t.decodeScratch(w), w.get(slotD, quartets*4*chunk/2)
	*u = decodeTiles16{
		q: ptr(q), s: ptr(scores), stride: uintptr(t.ldk * 2), pairs: ptr(w.get(slotVT, 1024)),
		heads: t.KVHeads, group: t.group, depth: t.HeadDim / 32, keys: n, blocks: (n + 15) / 16, config: columnTiles,
	}
	aheadK, aheadV := t.findKeys16(w, u, i, c, at, n)
	u.ahead = aheadK
	decodeScores16(u)

	o, m, l := t.part(part)
	for i := range w.seen {
		w.seen[i] = int32(n)
	}
	for i := 0; i < quartets; i += len(w.seen) / 4 {
		weights512(&words(p)[i*2*chunk], &scores[i*4*chunk], min(quartets-i, len(w.seen)/4), &w.seen[0], t.scale16(), &m[i*4], &l[i*4])
	}
	clear(m[4*quartets:]) // what fills the last vector
	clear(l[4*quartets:])

	u.p, u.o, u.ahead = ptr(p), ptr(o), aheadV
	if t.group <= stripe {
		u.config = groupTiles(t.group)
		decodeValues16(u)
	} else {
		t.decodeWide16(u, p, o)
	}
	u.k, u.v = nil, nil // the scratch memory keeps no cache alive
}

// decodeWide16 is decodeValues16 for a group of more heads than a tile has rows.
func (t *attn) decodeWide16(u *decodeTiles16, p, o []float32) {
	v := u.v
	for h := 0; h < t.Heads; h += u.group { // the heads of a tile
		left := t.group - h%t.group
		u.heads, u.group = 1, min(stripe, left)
		u.p, u.o, u.v = ptr(p[h*chunk/2:]), ptr(o[h*t.HeadDim:]), unsafe.Add(v, h/t.group*t.HeadDim*2)
		u.config = groupTiles(u.group)
		decodeValues16(u)
	}
}

// findKeys16 sets the rows of keys and values of a chunk, as they lie, if that is
// in bfloat16 and with room for whole blocks of keys. It returns where the next
// chunk is, or that of the next sequence.
func (t *attn) findKeys16(w *scratch, u *decodeTiles16, i, c, at, n int) (aheadK, aheadV uintptr) {
	if t.k16 == nil {
		k, v := words(w.get(slotKT, chunk*t.ldk/2)), words(w.get(slotB16, chunk*t.ldk/2))
		for j := range n {
			convertRow512(&k[j*t.ldk/2], 64, &t.k[at+j*t.ldk], t.ldk/32)
			convertRow512(&v[j*t.ldk/2], 64, &t.v[at+j*t.ldk], t.ldk/32)
		}
		u.k, u.v = unsafe.Pointer(&k[0]), unsafe.Pointer(&v[0])
		return uintptr(u.k), uintptr(u.v)
	}
	next := at
	if s := &t.seqs[i]; c+1 < chunksOf(s) {
		next = keyRow(s, c+1) * t.ldk
	} else if i+1 < len(t.seqs) && t.seqs[i+1].Qn > 0 {
		next = keyRow(&t.seqs[i+1], 0) * t.ldk
	}
	u.k, u.v = unsafe.Pointer(&t.k16[at]), unsafe.Pointer(&t.v16[at])
	if at+u.blocks*stripe*t.ldk > len(t.k16) {
		k := words(w.get(slotKT, chunk*t.ldk/2))
		copy(unsafe.Slice((*kernels.BFloat16)(unsafe.Pointer(&k[0])), n*t.ldk), t.k16[at:])
		u.k = unsafe.Pointer(&k[0])
	}
	return uintptr(unsafe.Pointer(&t.k16[next])), uintptr(unsafe.Pointer(&t.v16[next]))
}

// mergePart16 merges part p into sum.
func (t *attn) mergePart16(w *scratch, sum, p []float32) {
	o, m, l := t.part(sum)
	oc, mc, lc := t.part(p)
	tmp := w.get(slotML, 2*len(m))
	alpha, beta := tmp[:len(m)], tmp[len(m):]
	factors512(&m[0], &l[0], &mc[0], &lc[0], &alpha[0], &beta[0], len(m)/16)
	mergeRows512(&o[0], uintptr(t.HeadDim*4), &oc[0], t.Heads, t.HeadDim, &alpha[0], &beta[0])
}

//go:noescape
func decodeScores16(t *decodeTiles16)

//go:noescape
func decodeValues16(t *decodeTiles16)
