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

// SwiGLUBackward adds to dgate and dup, which begin at zero without acc:
//
//	dgate += dy·up·σ(g)·(1 + g·(1 − σ(g)))
//	dup   += dy·g·σ(g)
func (b *Backend) SwiGLUBackward(dgate, dup, dy, gate, up kernels.Buffer, n int, acc bool) {
	const op = "SwiGLUBackward"
	dg, du := maybe(op, "dgate", dgate, n), maybe(op, "dup", dup, n)
	d, g, u := need(op, "dy", dy, n), need(op, "gate", gate, n), need(op, "up", up, n)
	if n == 0 || dg == nil && du == nil {
		return
	}
	type args struct {
		dg, du, d, g, u []float32
		acc             bool
	}
	shareSpan(b, n, 30, args{dg, du, d, g, u, acc}, func(b *Backend, a *args, lo, hi int) {
		size := hi - lo
		if !a.acc {
			size = 1024 // what is cleared is added to while it is in the first cache
		}
		for ; lo < hi; lo += size {
			part := func(s []float32) []float32 {
				if s == nil {
					return nil
				}
				return s[lo:min(hi, lo+size)]
			}
			dg, du := part(a.dg), part(a.du)
			if !a.acc {
				clear(dg)
				clear(du)
			}
			swigluBackward(b.isa, dg, du, part(a.d), part(a.g), part(a.u))
		}
	})
}
