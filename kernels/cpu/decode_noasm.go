//go:build !amd64 || purego

package cpu

func (t *attn) openDecode(_ *scratch, q []float32) []float32 { return q }

func (t *attn) decodeChunk(w *scratch, i, c int, q, part []float32) {
	t.packedChunk(w, &t.seqs[i], c, q, part, t.decodeScratch(w))
}

func (t *attn) weigh(_ *scratch, scores []float32, n int, m, l []float32) {
	softmaxTileRows(t.isa, scores, t.Heads, n, 0, float32(t.Scale), m, l)
}

func (t *attn) mergePart(w *scratch, sum, p []float32) {
	o, m, l := t.part(sum)
	oc, mc, lc := t.part(p)
	mergeTile(t.isa, o, t.HeadDim, oc, t.Heads, t.HeadDim, m, l, mc, lc, w.get(slotML, 2*t.Heads))
}
