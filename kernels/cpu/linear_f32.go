package cpu

import (
	"fmt"

	"github.com/stepgrain/stepgrain/internal/hugepages"
	"github.com/stepgrain/stepgrain/kernels"
)

// packedF32 is what Pack makes of a weight in float32.
type packedF32 struct {
	panels []float32 // [⌈N/32⌉][K][32], what Linear reads
}

// packF32 lays the weight w[N,K] out as the panels that Linear reads:
// [⌈N/32⌉][K][32], element (p, k, j) is w[32p+j, k], zero beyond N.
func (b *Backend) packF32(w *kernels.Weight) {
	raw := need("Pack", "w", w.Raw, w.N*w.K)
	panels := (w.N + nr - 1) / nr
	packed, ok := w.Packed.(*packedF32)
	if !ok {
		packed = new(packedF32)
		w.Packed = packed
	}
	if size := panels * w.K * nr; len(packed.panels) != size {
		packed.panels = linePanels[float32](size)
	}
	type args struct {
		panels, raw []float32
		N, K        int
	}
	shareRows(b, panels, w.K*4, args{packed.panels, raw, w.N, w.K}, func(b *Backend, a *args, _, lo, hi int) {
		for p := lo; p < hi; p++ {
			n := min(nr, a.N-p*nr)
			packTransposed(b.isa, a.panels[p*a.K*nr:][:a.K*nr], nr, a.raw[p*nr*a.K:], a.K, n, a.K)
		}
	})
}

// linePanels returns memory for packed weights, which are read from end to end:
// on a border of 64 bytes and in huge pages.
func linePanels[E float32 | uint32](size int) []E {
	s := make([]E, size+15)
	hugepages.Advise(s)
	return aligned(s)[:size]
}

// panelsF32 returns the layout of a weight that was packed in float32.
func panelsF32(op string, w *kernels.Weight) *packedF32 {
	packed, ok := w.Packed.(*packedF32)
	if !ok || len(packed.panels) != (w.N+nr-1)/nr*w.K*nr {
		panic(fmt.Sprintf("kernels/cpu: %s: the weight [%d, %d] is not packed: call Pack first", op, w.N, w.K))
	}
	return packed
}

// linearF32 is Linear for float32 weights.
func (b *Backend) linearF32(y, x kernels.Buffer, w *kernels.Weight, T int, e kernels.Epilogue) {
	g := gemm{
		m: T, n: w.N, k: w.K,
		ldc: w.N,
		a:   need("Linear", "x", x, T*w.K), rsa: w.K, csa: 1,
		b: panelsF32("Linear", w).panels, packed: true,
		after: newEpilogue("Linear", y, T, w.N, e),
	}
	g.bias, g.after.bias = g.after.bias, nil            // the micro-kernel adds it
	if e := &g.after; e.gate == nil && e.low.u == nil { // and this
		g.c, g.old, e.add = e.y, e.add, nil
	} else {
		g.c = e.sums()
	}
	b.gemm(g)
}

// linearBackwardXF32 reads w in place.
func (b *Backend) linearBackwardXF32(dx, dy kernels.Buffer, w *kernels.Weight, T int, acc bool) {
	g := gemm{
		m: T, n: w.K, k: w.N,
		c: need("LinearBackwardX", "dx", dx, T*w.K), ldc: w.K,
		a: need("LinearBackwardX", "dy", dy, T*w.N), rsa: w.N, csa: 1,
		b: need("LinearBackwardX", "w", w.Raw, w.N*w.K), ldb: w.K,
	}
	if acc {
		g.old = g.c
	}
	b.gemm(g)
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
