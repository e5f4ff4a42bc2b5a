package ref

import "github.com/stepgrain/stepgrain/kernels"

// New returns the reference backend for both element types: each call is
// computed by [Of] for the type of its operands.
func New() kernels.Backend { return both{} }

type both struct{}

func of(b kernels.Buffer) kernels.Backend {
	if b.DType == kernels.F64 {
		return Of[float64]{}
	}
	return Of[float32]{}
}

func (both) Name() string { return "ref" }

func (both) Pack(w *kernels.Weight) { of(w.Raw).Pack(w) }
func (both) Linear(y, x kernels.Buffer, w *kernels.Weight, T int, e kernels.Epilogue) {
	of(y).Linear(y, x, w, T, e)
}
func (both) LinearBackwardX(dx, dy kernels.Buffer, w *kernels.Weight, T int, acc bool) {
	of(dx).LinearBackwardX(dx, dy, w, T, acc)
}
func (both) LinearBackwardW(dw, dbias, dy, x kernels.Buffer, T, N, K int, compute kernels.DType) {
	of(dy).LinearBackwardW(dw, dbias, dy, x, T, N, K, compute)
}
func (both) Linears(x kernels.Buffer, maps []kernels.Map, T int) { of(x).Linears(x, maps, T) }
func (both) LinearsBackward(dx, x kernels.Buffer, maps []kernels.MapGrad, T int, acc bool) {
	of(x).LinearsBackward(dx, x, maps, T, acc)
}
func (both) Embedding(y, table kernels.Buffer, ids []int32, d int) {
	of(y).Embedding(y, table, ids, d)
}
func (both) EmbeddingBackward(dtable, dy kernels.Buffer, ids []int32, d int) {
	of(dy).EmbeddingBackward(dtable, dy, ids, d)
}
func (both) RMSNorm(y, rstd, x, w kernels.Buffer, T, d int, eps float64) {
	of(y).RMSNorm(y, rstd, x, w, T, d, eps)
}
func (both) RMSNormAdd(y, sum, rstd, x, r, w kernels.Buffer, T, d int, eps float64) {
	of(y).RMSNormAdd(y, sum, rstd, x, r, w, T, d, eps)
}
func (both) RMSNormBackward(dx, dw, dy, x, w, rstd kernels.Buffer, T, d int) {
	of(dy).RMSNormBackward(dx, dw, dy, x, w, rstd, T, d)
}
func (both) RoPE(y, x, cos, sin kernels.Buffer, pos []int32, heads, headDim int, inverse bool) {
	of(y).RoPE(y, x, cos, sin, pos, heads, headDim, inverse)
}
func (both) AttentionCompute(a kernels.AttentionShape) kernels.DType {
	return Of[float32]{}.AttentionCompute(a)
}
func (both) Attention(o, lse, q, k, v kernels.Buffer, a kernels.AttentionShape, seqs []kernels.Seq) {
	of(o).Attention(o, lse, q, k, v, a, seqs)
}
func (both) AttentionBackward(dq, dk, dv, do, o, lse, q, k, v kernels.Buffer, a kernels.AttentionShape, seqs []kernels.Seq, acc bool) {
	of(do).AttentionBackward(dq, dk, dv, do, o, lse, q, k, v, a, seqs, acc)
}
func (both) SwiGLU(y, gate, up kernels.Buffer, n int) { of(y).SwiGLU(y, gate, up, n) }
func (both) SwiGLUBackward(dgate, dup, dy, gate, up kernels.Buffer, n int, acc bool) {
	of(dy).SwiGLUBackward(dgate, dup, dy, gate, up, n, acc)
}
func (both) ReLU(y, x kernels.Buffer, n int)              { of(y).ReLU(y, x, n) }
func (both) ReLUBackward(dx, dy, x kernels.Buffer, n int) { of(dy).ReLUBackward(dx, dy, x, n) }
func (both) Add(y, a, b kernels.Buffer, n int)            { of(y).Add(y, a, b, n) }
func (both) AddScaled(y, x kernels.Buffer, s float64, n int) {
	of(y).AddScaled(y, x, s, n)
}
func (both) Scale(y kernels.Buffer, s float64, n int) { of(y).Scale(y, s, n) }
func (both) Round(y, x kernels.Buffer, n int)         { of(x).Round(y, x, n) }
func (both) GatherRows(y, x kernels.Buffer, rows []int32, d int) {
	of(y).GatherRows(y, x, rows, d)
}
func (both) ScatterAddRows(x, y kernels.Buffer, rows []int32, d int) {
	of(y).ScatterAddRows(x, y, rows, d)
}
func (both) LogProb(logp, entropy, lse, logits kernels.Buffer, targets []int32, T, V int, invTemp float64) {
	of(logits).LogProb(logp, entropy, lse, logits, targets, T, V, invTemp)
}
func (both) LogProbBackward(logits, lse, entropy kernels.Buffer, targets []int32, dlogp, dentropy kernels.Buffer, T, V int, invTemp float64) {
	of(logits).LogProbBackward(logits, lse, entropy, targets, dlogp, dentropy, T, V, invTemp)
}
func (both) CrossEntropy(logp, logits kernels.Buffer, targets []int32, dlogp kernels.Buffer, T, V int, invTemp float64) {
	of(logits).CrossEntropy(logp, logits, targets, dlogp, T, V, invTemp)
}
func (both) Sample(ids []int32, logits, lse kernels.Buffer, u []float64, T, V int, invTemp float64) {
	of(logits).Sample(ids, logits, lse, u, T, V, invTemp)
}
func (both) ArgMax(ids []int32, logits kernels.Buffer, T, V int) {
	of(logits).ArgMax(ids, logits, T, V)
}
func (both) SumSquares(x kernels.Buffer, n int) float64 { return of(x).SumSquares(x, n) }
func (both) AdamW(p, g, m, v, copied kernels.Buffer, n int, s kernels.AdamWStep) {
	of(p).AdamW(p, g, m, v, copied, n, s)
}
