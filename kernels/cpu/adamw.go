package cpu

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// AdamW takes one step of Loshchilov & Hutter 2019 over n parameters; see
// [kernels.AdamWStep]. One pass reads p, g, m, v and writes p, m, v and, if
// present, the copy in bfloat16.
func (b *Backend) AdamW(p, g, m, v, copied kernels.Buffer, n int, s kernels.AdamWStep) {
	ps, gs := need("AdamW", "p", p, n), need("AdamW", "g", g, n)
	ms, vs := need("AdamW", "m", m, n), need("AdamW", "v", v, n)
	c := newAdamScalars(s)
	type args struct {
		p, g, m, v []float32
		h          []kernels.BFloat16
		c          adamScalars
	}
	var h []kernels.BFloat16
	if !copied.IsZero() {
		if h = copied.BF16(); len(h) < n {
			panic(fmt.Sprintf("kernels/cpu: AdamW: copy has %d numbers, want %d", len(h), n))
		}
	}
	shareSpan(b, n, 12, args{ps, gs, ms, vs, h, c}, func(b *Backend, a *args, lo, hi int) {
		if a.h != nil {
			// Whole vectors with their copy; what remains is a few numbers.
			cut := lo + (hi-lo)/16*16
			adamwCopy(b.isa, a.p[lo:cut], a.g[lo:cut], a.m[lo:cut], a.v[lo:cut], a.h[lo:cut], &a.c)
			adamw(b.isa, a.p[cut:hi], a.g[cut:hi], a.m[cut:hi], a.v[cut:hi], &a.c)
			roundGeneric(a.h[cut:hi], a.p[cut:hi])
			return
		}
		adamw(b.isa, a.p[lo:hi], a.g[lo:hi], a.m[lo:hi], a.v[lo:hi], &a.c)
	})
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
	defer b.mu.Unlock()
	parts := b.sums((n + block - 1) / block)
	type args struct {
		parts []float64
		x     []float32
	}
	shareHeld(b, len(parts), block/8, args{parts, xs}, func(b *Backend, a *args, _, lo, hi int) {
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
