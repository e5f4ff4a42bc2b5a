package cpu

import "github.com/stepgrain/stepgrain/kernels"

// AdamW takes one step of Loshchilov & Hutter 2019 over n parameters; see
// [kernels.AdamWStep]. One pass reads p, g, m, v and writes p, m, v and, if present, the copy in bfloat16.
func (b *Backend) AdamW(p, g, m, v, copied kernels.Buffer, n int, s kernels.AdamWStep) {
	ps, gs := need("AdamW", "p", p, n), need("AdamW", "g", g, n)
	ms, vs := need("AdamW", "m", m, n), need("AdamW", "v", v, n)
	c := newAdamScalars(s)
	type args struct {
		p, g, m, v []float32
		c          adamScalars
	}
	shareSpan(b, n, 12, args{ps, gs, ms, vs, c}, func(b *Backend, a *args, lo, hi int) {
		adamw(b.isa, a.p[lo:hi], a.g[lo:hi], a.m[lo:hi], a.v[lo:hi], &a.c)
	})
	if !copied.IsZero() {
		for i, h := 0, copied.BF16(); i < n; i++ {
			h[i] = kernels.RoundBF16(ps[i])
		}
	}
}

// adamScalars are the scalars of a step, combined in float64 and rounded once.
// Assembly reads them by offset.
type adamScalars struct {
	gradScale       float32
	beta1, oneBeta1 float32
	beta2, oneBeta2 float32
	decay           float32 // 1 − LR·WeightDecay
	rate, inv2, eps float32 // LR/Correction1, 1/Correction2, Eps
}

func newAdamScalars(s kernels.AdamWStep) adamScalars {
	return adamScalars{
		gradScale: float32(s.GradScale),
		beta1:     float32(s.Beta1), oneBeta1: float32(1 - s.Beta1),
		beta2: float32(s.Beta2), oneBeta2: float32(1 - s.Beta2),
		decay: float32(1 - s.LR*s.WeightDecay),
		rate:  float32(s.LR / s.Correction1), inv2: float32(1 / s.Correction2), eps: float32(s.Eps),
	}
}

// SumSquares returns Σ x² with float64 accumulators: blocks of fixed size,
// added in ascending order.
func (b *Backend) SumSquares(x kernels.Buffer, n int) float64 {
	const block = 8192
	xs := need("SumSquares", "x", x, n)
	b.mu.Lock()
	parts := b.sums((n + block - 1) / block)
	b.mu.Unlock()
	type args struct {
		parts []float64
		x     []float32
	}
	shareRows(b, len(parts), block/8, args{parts, xs}, func(b *Backend, a *args, _, lo, hi int) {
		for k := lo; k < hi; k++ {
			a.parts[k] = sumSquares(b.isa, a.x[k*block:min(len(a.x), (k+1)*block)])
		}
	})
	sum := 0.0
	for _, p := range parts {
		sum += p
	}
	return sum
}
