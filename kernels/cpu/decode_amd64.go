//go:build !purego

package cpu

import "github.com/stepgrain/stepgrain/kernels"

const (
	scoreHeads = 8 // of one call of decodeScores512
	valueHeads = 7 // of one call of decodeValues512
)

// inPlace reports whether there are kernels that read keys as they lie.
func (t *attn) inPlace() bool { return t.isa == avx512 && t.HeadDim%16 == 0 }

// openDecode returns the query as decodeChunk wants it.
func (t *attn) openDecode(w *scratch, q []float32) []float32 {
	if t.Compute == kernels.BF16 {
		return t.openDecode16(w, q)
	}
	if t.isa == avx512 {
		clear(t.decodeScratch(w)[t.Heads*chunk:]) // rows that fill the last quartet
	}
	if !t.inPlace() || t.group == 1 {
		return q
	}
	hd := t.HeadDim
	packed := w.get(slotA, t.ldq)
	for h := 0; h < t.Heads; h += t.group {
		for g, n := 0, 0; g < t.group; g += n {
			n = share(t.group-g, scoreHeads)
			dst, src := packed[(h+g)*hd:], q[(h+g)*hd:]
			for d := 0; d < hd; d += 4 { // [hd/4][n][4]
				for i := range n {
					*(*[4]float32)(dst[d*n+4*i:]) = *(*[4]float32)(src[i*hd+d:])
				}
			}
		}
	}
	return packed
}

// share returns the size of the first piece when n is cut into even pieces of
// at most limit.
func share(n, limit int) int {
	pieces := (n + limit - 1) / limit
	return (n + pieces - 1) / pieces
}

// decodeChunk makes the part of chunk c of sequence i.
func (t *attn) decodeChunk(w *scratch, i, c int, q, part []float32) {
	if t.Compute == kernels.BF16 {
		t.decodeChunk16(w, i, c, q, part)
		return
	}
	s, scores := &t.seqs[i], t.decodeScratch(w)
	if !t.inPlace() {
		t.packedChunk(w, s, c, q, part, scores)
		return
	}
	n, hd, stride := min(chunk, int(s.Pos0)+1-c*chunk), t.HeadDim, uintptr(t.ldk*4)
	o, m, l := t.part(part)
	row := keyRow(s, c) * t.ldk
	next := row
	if c+1 < chunksOf(s) {
		next = keyRow(s, c+1) * t.ldk
	} else if i+1 < len(t.seqs) && t.seqs[i+1].Qn > 0 {
		next = keyRow(&t.seqs[i+1], 0) * t.ldk
	}
	k, v := t.padKeys(w, row, n), t.v[row:]
	aheadK, aheadV := uintptr(ptr(t.k[next:])), uintptr(ptr(t.v[next:]))
	for h := range t.KVHeads {
		ahead := aheadK + uintptr(h*chunk*hd*4)
		for g, i := 0, 0; g < t.group; g += i {
			i = share(t.group-g, scoreHeads)
			head := h*t.group + g
			decodeScores512(&scores[head*chunk], &q[head*hd], &k[h*hd], stride, (n+15)/16, hd/4, i, ahead)
		}
	}
	t.weigh(w, scores, n, m, l)
	if t.group == 1 {
		decodeSides(o, scores, v, t.ldk, n, hd, aheadV)
		return
	}
	for h := range t.KVHeads {
		for g, i := 0, 0; g < t.group; g += i {
			i = share(t.group-g, valueHeads)
			head := h*t.group + g
			decodeValues(o[head*hd:], scores[head*chunk:], v[h*hd:], stride, n, hd, i, aheadV+uintptr(h*chunk*hd*4))
		}
	}
}

// decodeValues computes o[h] = Σ_j p[h][j]·v[j] for some heads of a group.
func decodeValues(o, p, v []float32, stride uintptr, n, hd, heads int, ahead uintptr) {
	ld := uintptr(hd * 4)
	d := 0
	for ; d+64 <= hd; d += 64 {
		decodeValues512x4(&o[d], ld, &p[0], &v[d], stride, n, heads, ahead+uintptr(d*chunk*4))
	}
	if d+32 <= hd {
		decodeValues512x2(&o[d], ld, &p[0], &v[d], stride, n, heads, ahead+uintptr(d*chunk*4))
		d += 32
	}
	if d < hd {
		decodeValues512x1(&o[d], ld, &p[0], &v[d], stride, n, heads, ahead+uintptr(d*chunk*4))
	}
}

// weigh turns the scores of n keys into weights, with m and l of each head.
func (t *attn) weigh(w *scratch, scores []float32, n int, m, l []float32) {
	if t.isa != avx512 {
		softmaxTileRows(t.isa, scores, t.Heads, n, 0, float32(t.Scale), m, l)
		return
	}
	quartets := (t.Heads + 3) / 4
	for i := range w.seen {
		w.seen[i] = int32(n)
	}
	for i := 0; i < quartets; i += len(w.seen) / 4 {
		softmaxRows512(&scores[i*4*chunk], min(quartets-i, len(w.seen)/4), &w.seen[0], 0, float32(t.Scale), &m[i*4], &l[i*4])
	}
	clear(m[4*quartets:]) // what fills the last vector
	clear(l[4*quartets:])
}

// mergePart merges part p into sum.
func (t *attn) mergePart(w *scratch, sum, p []float32) {
	if t.Compute == kernels.BF16 {
		t.mergePart16(w, sum, p)
		return
	}
	o, m, l := t.part(sum)
	oc, mc, lc := t.part(p)
	tmp := w.get(slotML, 2*len(m))
	if t.isa != avx512 {
		mergeTile(t.isa, o, t.HeadDim, oc, t.Heads, t.HeadDim, m, l, mc, lc, tmp)
		return
	}
	alpha, beta := tmp[:len(m)], tmp[len(m):]
	mergeFactors512(&m[0], &l[0], &mc[0], &lc[0], &alpha[0], &beta[0], len(m)/16)
	mergeRows512(&o[0], uintptr(t.HeadDim*4), &oc[0], t.Heads, t.HeadDim, &alpha[0], &beta[0])
}

// padKeys returns n rows of keys that may be read up to the next multiple of
// 16: scores of keys that are not there are never looked at.
func (t *attn) padKeys(w *scratch, row, n int) []float32 {
	wide := (n + 15) / 16 * 16 * t.ldk
	if row+wide <= len(t.k) {
		return t.k[row : row+wide]
	}
	k := w.get(slotKT, wide)
	copy(k, t.k[row:row+n*t.ldk])
	return k
}

//go:noescape
func decodeScores512(s, q, k *float32, stride uintptr, groups, blocks, heads int, ahead uintptr)

//go:noescape
func decodeValues512x1(o *float32, ldo uintptr, p, v *float32, stride uintptr, n, heads int, ahead uintptr)

//go:noescape
func decodeValues512x2(o *float32, ldo uintptr, p, v *float32, stride uintptr, n, heads int, ahead uintptr)

//go:noescape
func decodeValues512x4(o *float32, ldo uintptr, p, v *float32, stride uintptr, n, heads int, ahead uintptr)

//go:noescape
func mergeRows512(o *float32, ldo uintptr, oc *float32, rows, hd int, alpha, beta *float32)
