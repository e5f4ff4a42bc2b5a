package kernels

// Backend computes the kernels of a transformer on one device. Package
// kernels/ref defines every one of them in plain loops; the other backends
// are compared with it by package kernels/conformance.
//
// Rules that hold for every method:
//
//   - Matrices are row-major and dense; sizes are in elements. T is a number
//     of token rows.
//   - Backward methods add to their gradient outputs (dx += …). A zero Buffer
//     in the place of a gradient means that it is not wanted.
//   - A row of an output depends on its own inputs alone: its bits are the
//     same whatever T is, whatever rows stand beside it, and whatever the
//     number of workers. Sums run in one fixed order.
//   - Outputs do not overlap inputs unless the method says so.
//   - Wrong sizes are the caller's mistake and panic.
type Backend interface {
	// Name says which implementation computes, as "ref" or "cpu/amx".
	Name() string

	// Pack fills w.Packed with the layouts that the products want. It must be
	// called again after every change of w.Raw.
	Pack(w *Weight)
	// Linear computes y[T,N] = x[T,K]·wᵀ and what e asks for; see [Epilogue].
	Linear(y, x Buffer, w *Weight, T int, e Epilogue)
	// LinearBackwardX computes dx[T,K] (+)= dy[T,N]·w (added when acc).
	LinearBackwardX(dx, dy Buffer, w *Weight, T int, acc bool)
	// LinearBackwardW computes dw[N,K] += dyᵀ·x, and dbias[N] += Σ_t dy[t].
	// compute is as in [Weight]; dbias is always summed in f32.
	LinearBackwardW(dw, dbias, dy, x Buffer, T, N, K int, compute DType)

	// Linears computes several maps of one input x[T,K], to the bit as if Linear
	// were called for each in order: the epilogue of one may use what those before
	// it gave. A backend may read and convert x once for all.
	Linears(x Buffer, maps []Map, T int)
	// LinearsBackward is their backward pass, to the bit as if, for each in order,
	// LinearBackwardW were called with the Compute of its weight, and
	// LinearBackwardX, which adds to dx from the second on, and in the first when
	// acc. dx may be absent. The gradients of weights are different ones.
	LinearsBackward(dx, x Buffer, maps []MapGrad, T int, acc bool)

	// Embedding copies y[t] = table[ids[t]], rows of d numbers.
	Embedding(y, table Buffer, ids []int32, d int)
	// EmbeddingBackward adds dtable[ids[t]] += dy[t] in ascending t.
	EmbeddingBackward(dtable, dy Buffer, ids []int32, d int)

	// RMSNorm normalises rows; rstd[T] is kept for the backward pass.
	RMSNorm(y, rstd, x, w Buffer, T, d int, eps float64)
	// RMSNormAdd is RMSNorm of sum = x + r, which it also writes: the residual
	// stream and the input of the next block in one pass. sum may be x.
	RMSNormAdd(y, sum, rstd, x, r, w Buffer, T, d int, eps float64)
	// RMSNormBackward adds to dx[T,d] and dw[d].
	RMSNormBackward(dx, dw, dy, x, w, rstd Buffer, T, d int)

	// RoPE rotates x[T, heads·headDim] by the angles of pos[t] in the
	// half-split layout; cos and sin are [positions, headDim/2]. inverse
	// rotates back, which is also the backward pass. y may be x.
	RoPE(y, x, cos, sin Buffer, pos []int32, heads, headDim int, inverse bool)

	// AttentionCompute returns what attention of heads of this shape is computed
	// in here when a.Compute is asked for: a.Compute, or F32 where that is as fast
	// or there is nothing else. Attention takes no other Compute. Package cpu
	// computes in BF16 where it has tiles (AMX), with a positive scale, heads of a
	// multiple of 32 numbers, for tiles are filled, and at most 256, for scratch.
	AttentionCompute(a AttentionShape) DType
	// Attention computes causal attention over ragged sequences; see [Seq].
	// o, q are [Tq, Heads·HeadDim], lse[Tq, Heads] is kept for the backward pass.
	// With Compute BF16, k and v may hold BF16: the same bits as with the float32
	// numbers that they were rounded from.
	Attention(o, lse, q, k, v Buffer, a AttentionShape, seqs []Seq)
	// AttentionBackward adds to dq, dk, dv if acc, and overwrites their rows that
	// sequences name otherwise. Sequences must not share keys.
	AttentionBackward(dq, dk, dv, do, o, lse, q, k, v Buffer, a AttentionShape, seqs []Seq, acc bool)

	// SwiGLU computes y = silu(gate)·up over n numbers.
	SwiGLU(y, gate, up Buffer, n int)
	// SwiGLUBackward adds to dgate and dup if acc, and overwrites them otherwise.
	SwiGLUBackward(dgate, dup, dy, gate, up Buffer, n int, acc bool)
	// ReLU computes y = max(x, 0), NaN for NaN; ReLUBackward adds dy where x > 0.
	ReLU(y, x Buffer, n int)
	ReLUBackward(dx, dy, x Buffer, n int)

	// Add computes y = a + b; y may be a or b.
	Add(y, a, b Buffer, n int)
	// AddScaled computes y += s·x.
	AddScaled(y, x Buffer, s float64, n int)
	// Scale computes y *= s.
	Scale(y Buffer, s float64, n int)
	// Round writes x as bfloat16, to the nearest, ties to even; numbers that are
	// subnormal in x or y become 0, as in products. y holds BF16.
	Round(y, x Buffer, n int)
	// GatherRows copies y[i] = x[rows[i]]; ScatterAddRows adds
	// x[rows[i]] += y[i] in ascending i.
	GatherRows(y, x Buffer, rows []int32, d int)
	ScatterAddRows(x, y Buffer, rows []int32, d int)

	// LogProb reads rows of logits[T,V] scaled by invTemp and writes
	// lse[t] = log Σ_j exp(z_j), logp[t] = z[targets[t]] − lse[t] and
	// entropy[t] = lse[t] − Σ_j p_j·z_j in nats. logp (with targets) and
	// entropy may be absent.
	LogProb(logp, entropy, lse, logits Buffer, targets []int32, T, V int, invTemp float64)
	// LogProbBackward turns logits in place into their gradient:
	// dlogits_j = invTemp·( dlogp·(1{j = target} − p_j) − dentropy·p_j·(log p_j + H) ).
	// dlogp, and dentropy with entropy, may be absent: zero. lse and entropy are
	// what LogProb gave.
	LogProbBackward(logits, lse, entropy Buffer, targets []int32, dlogp, dentropy Buffer, T, V int, invTemp float64)
	// CrossEntropy is LogProb and LogProbBackward in one pass over the logits,
	// for a loss whose weights dlogp[T] are known beforehand: it writes logp[T]
	// and turns logits in place into invTemp·dlogp·(1{j = target} − p_j).
	CrossEntropy(logp, logits Buffer, targets []int32, dlogp Buffer, T, V int, invTemp float64)
	// Sample draws ids[t] from softmax(logits[t]·invTemp) by inversion of
	// u[t] in [0,1): the smallest j whose cumulative probability exceeds u.
	// lse is what LogProb gave for the row.
	Sample(ids []int32, logits, lse Buffer, u []float64, T, V int, invTemp float64)
	// ArgMax writes the smallest index of the largest logit of each row; some
	// index of the row, if there is NaN in it.
	ArgMax(ids []int32, logits Buffer, T, V int)

	// SumSquares returns Σ x² accumulated in float64 in a fixed order.
	SumSquares(x Buffer, n int) float64
	// AdamW takes one step; see [AdamWStep]. copy, which may be absent, receives
	// the new p rounded to bfloat16.
	AdamW(p, g, m, v, copy Buffer, n int, s AdamWStep)
}

// AttentionShape describes the heads. Query head h reads key head
// h·KVHeads/Heads (grouped queries).
type AttentionShape struct {
	Heads, KVHeads, HeadDim int
	Scale                   float64 // usually 1/√HeadDim

	// Compute is what the factors of the products are rounded to: F32 (the zero
	// value) not at all; BF16 to the nearest bfloat16. These factors are q, k, v
	// and the weights e^(s−m), m the largest score of their chunk of keys; in the
	// backward pass q, k, v, do, p and Scale·p∘(dP − δ). Scores, exponentials, sums,
	// outputs and gradients are float32, lse sums weights that are not rounded.
	Compute DType
}

// KVChunk is the number of keys that one step of attention covers, and the
// number of rows of a page of the KV cache. Scores are always reduced chunk
// by chunk, aligned to the absolute position, each from a fresh (m, l, o) and
// merged in ascending order: so prefill, decoding and training agree bit for bit.
const KVChunk = 64

// Seq is one sequence of a ragged batch. Its Qn queries are rows
// Q0…Q0+Qn−1 of q and stand at absolute positions Pos0…Pos0+Qn−1. Query
// position p sees keys 0…p. Key position j is row
//
//	K0 + j                                   when Pages is nil (training), or
//	Pages[j/KVChunk]·KVChunk + j mod KVChunk (KV cache)
//
// of k and v, which are [rows, KVHeads·HeadDim].
type Seq struct {
	Q0, Qn, Pos0 int32
	K0           int32
	Pages        []int32
}

// AdamWStep are the scalars of one step (Loshchilov & Hutter 2019):
//
//	g ← GradScale·g
//	m ← β1·m + (1−β1)·g        v ← β2·v + (1−β2)·g²
//	p ← p − LR·WeightDecay·p − LR·(m/Correction1) / (√(v/Correction2) + Eps)
//
// with Correction_i = 1 − β_i^step.
type AdamWStep struct {
	LR, Beta1, Beta2, Eps, WeightDecay float64
	Correction1, Correction2           float64
	GradScale                          float64 // clipping by global norm, loss scale
}
