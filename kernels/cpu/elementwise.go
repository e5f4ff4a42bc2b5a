package cpu

import "github.com/stepgrain/stepgrain/kernels"

// Add computes y = a + b; y may be a or b.
func (b *Backend) Add(y, x, z kernels.Buffer, n int) {
	ys, xs, zs := need("Add", "y", y, n), need("Add", "a", x, n), need("Add", "b", z, n)
	type args struct {
		y, x, z []float32
		stream  bool
	}
	stream := n > 0 && &ys[0] != &xs[0] && &ys[0] != &zs[0] && streams(ys, 3*n)
	shareSpan(b, n, 1, args{ys, xs, zs, stream}, func(b *Backend, a *args, lo, hi int) {
		addVecStream(b.isa, a.y[lo:hi], a.x[lo:hi], a.z[lo:hi], a.stream)
	})
}

// AddScaled computes y += s·x.
func (b *Backend) AddScaled(y, x kernels.Buffer, s float64, n int) {
	ys, xs := need("AddScaled", "y", y, n), need("AddScaled", "x", x, n)
	type args struct {
		y, x []float32
		s    float32
	}
	shareSpan(b, n, 1, args{ys, xs, float32(s)}, func(b *Backend, a *args, lo, hi int) {
		axpy(b.isa, a.y[lo:hi], a.s, a.x[lo:hi])
	})
}

// Scale computes y *= s.
func (b *Backend) Scale(y kernels.Buffer, s float64, n int) {
	ys := need("Scale", "y", y, n)
	type args struct {
		y []float32
		s float32
	}
	shareSpan(b, n, 1, args{ys, float32(s)}, func(b *Backend, a *args, lo, hi int) { scaleVec(b.isa, a.y[lo:hi], a.s) })
}

// ReLU computes y = max(x, 0); y may be x. NaN stays NaN.
func (b *Backend) ReLU(y, x kernels.Buffer, n int) {
	ys, xs := need("ReLU", "y", y, n), need("ReLU", "x", x, n)
	type args struct{ y, x []float32 }
	shareSpan(b, n, 1, args{ys, xs}, func(_ *Backend, a *args, lo, hi int) {
		out := a.y[lo:hi]
		for i, v := range a.x[lo:hi] {
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
	type args struct{ dx, dy, x []float32 }
	shareSpan(b, n, 1, args{dxs, dys, xs}, func(_ *Backend, a *args, lo, hi int) {
		out, g := a.dx[lo:hi], a.dy[lo:hi]
		for i, v := range a.x[lo:hi] {
			if v > 0 {
				out[i] += g[i]
			}
		}
	})
}

// addVec computes y = a + b.
func addVec(isa isa, y, a, b []float32) { addVecStream(isa, y, a, b, false) }

// addTo computes y += x.
func addTo(isa isa, y, x []float32) { addVec(isa, y, y, x) }
