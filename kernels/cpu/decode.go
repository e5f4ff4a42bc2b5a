package cpu

import (
	"sync/atomic"

	"github.com/stepgrain/stepgrain/kernels"
)

// Decoding has one query for each sequence. A task is a range of the chunks of
// one sequence, for all heads: each chunk gives m, l and o of its own, a part,
// and whoever completes a sequence merges its parts in ascending order. So the
// bits are those of forward, whoever computed what.

const (
	maxRanges  = 64      // ranges that all sequences of a call would make, about
	rangeBytes = 1 << 18 // of keys and values that make a task worthwhile
)

// decoding is what the tasks of one call share.
type decoding struct {
	first []int          // where the parts of each sequence begin, if several tasks make them
	left  []atomic.Int32 // tasks to go of each sequence
	parts []float32
}

// chunksOf returns how many chunks the only query of s sees.
func chunksOf(s *kernels.Seq) int { return int(s.Pos0)/chunk + 1 }

// ranges returns the number of tasks of a sequence with one query.
func (t *attn) ranges(s *kernels.Seq) int { return (chunksOf(s) + t.span - 1) / t.span }

// planDecoding chooses t.span, the most chunks of one task, by the shape alone.
func (t *attn) planDecoding(b *Backend) {
	d, total := &b.shared.decoding, 0
	for i := range t.seqs {
		if t.seqs[i].Qn == 1 {
			total += chunksOf(&t.seqs[i])
		}
	}
	if total == 0 {
		return
	}
	size := 2 * chunk * t.ldk * 4
	t.span = max((total+maxRanges-1)/maxRanges, (rangeBytes+size-1)/size)
	if len(d.left) < len(t.seqs) {
		d.left = make([]atomic.Int32, 2*len(t.seqs))
	}
	parts := 0
	d.first = d.first[:0]
	for i := range t.seqs {
		d.first = append(d.first, parts)
		if s := &t.seqs[i]; s.Qn == 1 && t.ranges(s) > 1 {
			d.left[i].Store(int32(t.ranges(s)))
			parts += chunksOf(s)
		}
	}
	d.parts, t.dec = b.shared.get(slotO, parts*t.partSize()), d
}

// A part is o [heads][hd], m and l, the last two filled up to whole vectors.
func (t *attn) partSize() int { return t.ldq + 2*t.wideHeads() }

func (t *attn) wideHeads() int { return (t.Heads + 15) / 16 * 16 }

func (t *attn) part(p []float32) (o, m, l []float32) {
	n := t.wideHeads()
	return p[:t.ldq], p[t.ldq : t.ldq+n], p[t.ldq+n : t.ldq+2*n]
}

// decode computes range j of the chunks of sequence i.
func (t *attn) decode(w *scratch, i, j int) {
	s, d, size := &t.seqs[i], t.dec, t.partSize()
	chunks, ranges := chunksOf(s), t.ranges(s)
	first, last := j*chunks/ranges, (j+1)*chunks/ranges
	q := t.openDecode(w, t.q[int(s.Q0)*t.ldq:][:t.ldq])
	if ranges == 1 { // each part is merged at once
		p := w.get(slotO, 2*size)
		t.decodeChunk(w, i, 0, q, p[:size])
		for c := 1; c < last; c++ {
			t.decodeChunk(w, i, c, q, p[size:])
			t.mergePart(w, p[:size], p[size:])
		}
		t.closeDecode(s, p[:size])
		return
	}
	parts := d.parts[d.first[i]*size:]
	for c := first; c < last; c++ {
		t.decodeChunk(w, i, c, q, parts[c*size:(c+1)*size])
	}
	if d.left[i].Add(-1) > 0 {
		return
	}
	for c := 1; c < chunks; c++ {
		t.mergePart(w, parts[:size], parts[c*size:(c+1)*size])
	}
	t.closeDecode(s, parts[:size])
}

// packedChunk is decodeChunk by the micro-kernels of products.
func (t *attn) packedChunk(w *scratch, s *kernels.Seq, c int, q, part, scores []float32) {
	hd, n := t.HeadDim, min(chunk, int(s.Pos0)+1-c*chunk)
	o, m, l := t.part(part)
	kt := w.get(slotKT, hd*chunk)
	for h := range t.KVHeads {
		key, head := keyRow(s, c)*t.ldk+h*hd, h*t.group
		packTransposed(t.isa, kt, chunk, t.k[key:], t.ldk, n, hd)
		mul(t.isa, w, scores[head*chunk:], chunk, t.group, (n+nr-1)/nr*nr, hd, q[head*hd:], hd, 1, kt, chunk, store)
	}
	t.weigh(w, scores, n, m, l)
	for h := range t.KVHeads {
		key, head := keyRow(s, c)*t.ldk+h*hd, h*t.group
		mul(t.isa, w, o[head*hd:], hd, t.group, hd, n, scores[head*chunk:], chunk, 1, t.v[key:], t.ldk, store)
	}
}

// decodeScratch returns room for the scores of all heads, in whole quartets.
func (t *attn) decodeScratch(w *scratch) []float32 {
	return w.get(slotS, (t.Heads+3)/4*4*chunk)
}

// closeDecode writes o = sum/l and lse = m + log l.
func (t *attn) closeDecode(s *kernels.Seq, part []float32) {
	sum, m, l := t.part(part)
	hd, o := t.HeadDim, t.o[int(s.Q0)*t.ldq:][:t.ldq]
	copy(o, sum)
	for h := range t.Heads {
		scaleVec(t.isa, o[h*hd:(h+1)*hd], 1/l[h])
	}
	if t.lse != nil {
		t.logSums(t.lse[int(s.Q0)*t.Heads:][:t.Heads], m, l)
	}
}
