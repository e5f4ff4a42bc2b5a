package cpu

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// decode computes the only query of a sequence for all heads at once: the
// rows are heads. It does what forward does, bit for bit; but where forward
// shares a transposed chunk of keys among many queries, here the keys are
// multiplied as they are read.
func (t *attn) decode(w *scratch, s *kernels.Seq) {
	hd, heads := t.HeadDim, t.Heads
	scores := w.get(slotS, heads*chunk)
	ml := w.get(slotML, 6*heads)
	m, l, mc, lc, tmp := ml[:heads], ml[heads:2*heads], ml[2*heads:3*heads], ml[3*heads:4*heads], ml[4*heads:]
	q, o := t.q[int(s.Q0)*t.ldq:][:t.ldq], t.o[int(s.Q0)*t.ldq:][:t.ldq]
	n := int(s.Pos0) + 1
	for c := 0; c*chunk < n; c++ {
		n := min(chunk, n-c*chunk)
		row := keyRow(s, c) * t.ldk
		k := t.padKeys(w, row, n)
		for h := range heads {
			decodeScores(scores[h*chunk:], q[h*hd:], k[h*hd:], t.ldk, n, hd)
		}
		out, ms, ls := o, m, l
		if c > 0 {
			out, ms, ls = w.get(slotO, t.ldq), mc, lc
		}
		softmaxTile(t.isa, scores, heads, n, 0, float32(t.Scale), ms, ls)
		decodeValues(out, scores, t.v[row:], t.ldk, n, hd)
		if c > 0 {
			mergeTile(t.isa, o, hd, out, heads, hd, m, l, mc, lc, tmp)
		}
	}
	for h := range heads {
		scaleVec(t.isa, o[h*hd:(h+1)*hd], 1/l[h])
		if t.lse != nil {
			t.lse[int(s.Q0)*heads+h] = float32(float64(m[h]) + math.Log(float64(l[h])))
		}
	}
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
