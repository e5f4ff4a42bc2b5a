package cpu

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// packedF32 is what Pack makes of a weight in float32: panels of 32 columns
// in which k, or n, ascends, see fillF32 and fillBackwardF32.
type packedF32 struct{ layouts[float32] }

func (b *Backend) packF32(w *kernels.Weight) {
	packed, ok := w.Packed.(*packedF32)
	if !ok {
		packed = new(packedF32)
		w.Packed = packed
	}
	packed.pack(b, w, roundUp(w.N, nr)*w.K, fillF32)
}

// fillF32 lays w[N,K] out as Linear reads it: [⌈N/32⌉][K][32], element
// (p, k, j) is w[32p+j, k], zero beyond N.
func fillF32(b *Backend, panels []float32, w *kernels.Weight) {
	type args struct {
		panels, raw []float32
		N, K        int
	}
	raw := need("Pack", "w", w.Raw, w.N*w.K)
	shareRows(b, roundUp(w.N, nr)/nr, w.K*4, args{panels, raw, w.N, w.K}, func(b *Backend, a *args, _, lo, hi int) {
		for p := lo; p < hi; p++ {
			n := min(nr, a.N-p*nr)
			packTransposed(b.isa, a.panels[p*a.K*nr:][:a.K*nr], nr, a.raw[p*nr*a.K:], a.K, n, a.K)
		}
	})
}

// panelsF32 returns the layout of a weight that was packed in float32.
func panelsF32(op string, w *kernels.Weight) *packedF32 {
	packed, ok := w.Packed.(*packedF32)
	if !ok || len(packed.forward) != roundUp(w.N, nr)*w.K {
		panic(fmt.Sprintf("kernels/cpu: %s: the weight [%d, %d] is not packed: call Pack first", op, w.N, w.K))
	}
	return packed
}

// linearF32 is Linear for float32 weights. One that is not packed is turned
// into panels block by block, in the caches: for a single product that is
// faster than to write all panels to memory and to read them again.
func (b *Backend) linearF32(y, x kernels.Buffer, w *kernels.Weight, T int, e kernels.Epilogue) {
	g := gemm{
		m: T, n: w.N, k: w.K,
		ldc: w.N,
		a:   need("Linear", "x", x, T*w.K), rsa: w.K, csa: 1,
		after: newEpilogue("Linear", y, T, w.N, e),
	}
	if w.Packed == nil {
		g.b, g.ldb, g.turned = need("Linear", "w", w.Raw, w.N*w.K), w.K, true
	} else {
		g.b, g.packed = panelsF32("Linear", w).forward, true
	}
	g.bias, g.after.bias = g.after.bias, nil            // the micro-kernel adds it
	if e := &g.after; e.gate == nil && e.low.u == nil { // and this
		g.c, g.old, e.add = e.y, e.add, nil
	} else {
		g.c = e.sums()
	}
	b.gemm(g)
}

// linearBackwardXF32 reads w in place, or large ones as panels: in place, each
// panel takes 128 bytes of every row, and nothing asks memory for them ahead.
func (b *Backend) linearBackwardXF32(dx, dy kernels.Buffer, w *kernels.Weight, T int, acc bool) {
	const large, enough = 1 << 20, 64 // numbers beyond the second-level cache; rows that pay for the panels
	g := gemm{
		m: T, n: w.K, k: w.N,
		c: need("LinearBackwardX", "dx", dx, T*w.K), ldc: w.K,
		a: need("LinearBackwardX", "dy", dy, T*w.N), rsa: w.N, csa: 1,
		b: need("LinearBackwardX", "w", w.Raw, w.N*w.K), ldb: w.K,
	}
	if packed, ok := w.Packed.(*packedF32); ok && T >= enough && w.N*w.K >= large {
		g.b, g.packed = packed.panelsBackward(b, w, roundUp(w.K, nr)*w.N, fillBackwardF32), true
	}
	if acc {
		g.old = g.c
	}
	b.gemm(g)
}

// fillBackwardF32 lays w[N,K] out for sums over its rows: [⌈K/32⌉][N][32],
// element (p, n, j) is w[n, 32p+j], zero beyond K.
func fillBackwardF32(b *Backend, panels []float32, w *kernels.Weight) {
	type args struct {
		panels, raw []float32
		N, K        int
	}
	raw := need("LinearBackwardX", "w", w.Raw, w.N*w.K)
	shareRows(b, w.N, w.K/4, args{panels, raw, w.N, w.K}, func(b *Backend, a *args, _, lo, hi int) {
		whole := a.K / nr
		for n := lo; n < hi; n++ {
			row := a.raw[n*a.K:][:a.K]
			for p := range whole {
				*(*[nr]float32)(a.panels[(p*a.N+n)*nr:]) = [nr]float32(row[p*nr:])
			}
			if whole*nr < a.K {
				last := a.panels[(whole*a.N+n)*nr:][:nr]
				clear(last[copy(last, row[whole*nr:]):])
			}
		}
	})
}

func (b *Backend) linearBackwardWF32(dw, dy, x kernels.Buffer, T, N, K int) {
	b.gemm(gemm{
		m: N, n: K, k: T,
		c: need("LinearBackwardW", "dw", dw, N*K), ldc: K,
		a: need("LinearBackwardW", "dy", dy, T*N), rsa: 1, csa: N,
		b: need("LinearBackwardW", "x", x, T*K), ldb: K,
		chain: true,
	})
}
