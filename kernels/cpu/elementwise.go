package cpu

import "github.com/stepgrain/stepgrain/kernels"

// Add computes y = a + b; y may be a or b.
func (b *Backend) Add(y, x, z kernels.Buffer, n int) {
	ys, xs, zs := need("Add", "y", y, n), need("Add", "a", x, n), need("Add", "b", z, n)
	b.span(n, 1, func(lo, hi int) { addVec(b.isa, ys[lo:hi], xs[lo:hi], zs[lo:hi]) })
}

// AddScaled computes y += s·x.
func (b *Backend) AddScaled(y, x kernels.Buffer, s float64, n int) {
	ys, xs := need("AddScaled", "y", y, n), need("AddScaled", "x", x, n)
	b.span(n, 1, func(lo, hi int) { axpy(b.isa, ys[lo:hi], float32(s), xs[lo:hi]) })
}

// Scale computes y *= s.
func (b *Backend) Scale(y kernels.Buffer, s float64, n int) {
	ys := need("Scale", "y", y, n)
	b.span(n, 1, func(lo, hi int) { scaleVec(b.isa, ys[lo:hi], float32(s)) })
}

// ReLU computes y = max(x, 0); y may be x. NaN stays NaN.
func (b *Backend) ReLU(y, x kernels.Buffer, n int) {
	ys, xs := need("ReLU", "y", y, n), need("ReLU", "x", x, n)
	b.span(n, 1, func(lo, hi int) {
		out := ys[lo:hi]
		for i, v := range xs[lo:hi] {
			if v <= 0 {
				v = 0
			}
			out[i] = v
		}
	})
}

// ReLUBackward adds dy to dx where x > 0.
func (b *Backend) ReLUBackward(dx, dy, x kernels.Buffer, n int) {
	dxs, dys, xs := need("ReLUBackward", "dx", dx, n), need("ReLUBackward", "dy", dy, n), need("ReLUBackward", "x", x, n)
	b.span(n, 1, func(lo, hi int) {
		out, g := dxs[lo:hi], dys[lo:hi]
		for i, v := range xs[lo:hi] {
			if v > 0 {
				out[i] += g[i]
			}
		}
	})
}

// addTo computes y += x.
func addTo(isa isa, y, x []float32) { addVec(isa, y, y, x) }
