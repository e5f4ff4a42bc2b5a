package cpu

import "github.com/stepgrain/stepgrain/kernels"

// SwiGLU computes y = silu(gate)·up over n numbers. Shazeer 2020.
func (b *Backend) SwiGLU(y, gate, up kernels.Buffer, n int) {
	ys, g, u := need("SwiGLU", "y", y, n), need("SwiGLU", "gate", gate, n), need("SwiGLU", "up", up, n)
	type args struct {
		y, g, u []float32
		stream  bool
	}
	shareSpan(b, n, 20, args{ys, g, u, streams(ys, 3*n)}, func(b *Backend, a *args, lo, hi int) {
		swigluStream(b.isa, a.y[lo:hi], a.g[lo:hi], a.u[lo:hi], a.stream)
	})
}

// swiglu computes y = silu(gate)·up.
func swiglu(isa isa, y, gate, up []float32) { swigluStream(isa, y, gate, up, false) }

// SwiGLUBackward adds to dgate and dup:
//
//	dgate += dy·up·σ(g)·(1 + g·(1 − σ(g)))
//	dup   += dy·g·σ(g)
func (b *Backend) SwiGLUBackward(dgate, dup, dy, gate, up kernels.Buffer, n int) {
	const op = "SwiGLUBackward"
	dg, du := maybe(op, "dgate", dgate, n), maybe(op, "dup", dup, n)
	d, g, u := need(op, "dy", dy, n), need(op, "gate", gate, n), need(op, "up", up, n)
	if n == 0 || dg == nil && du == nil {
		return
	}
	type args struct{ dg, du, d, g, u []float32 }
	shareSpan(b, n, 30, args{dg, du, d, g, u}, func(b *Backend, a *args, lo, hi int) {
		dg, du, d, g, u := a.dg, a.du, a.d, a.g, a.u
		switch {
		case dg == nil:
			swigluBackward(b.isa, nil, du[lo:hi], d[lo:hi], g[lo:hi], u[lo:hi])
		case du == nil:
			swigluBackward(b.isa, dg[lo:hi], nil, d[lo:hi], g[lo:hi], u[lo:hi])
		default:
			swigluBackward(b.isa, dg[lo:hi], du[lo:hi], d[lo:hi], g[lo:hi], u[lo:hi])
		}
	})
}
