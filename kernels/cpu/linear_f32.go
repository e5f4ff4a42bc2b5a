package cpu

import (
	"fmt"
	"sync"

	"github.com/stepgrain/stepgrain/internal/hugepages"
	"github.com/stepgrain/stepgrain/kernels"
)

// packedF32 is what Pack makes of a weight in float32.
type packedF32 struct {
	panels []float32 // [⌈N/32⌉][K][32], what Linear reads

	mu       sync.Mutex
	backward []float32 // [⌈K/32⌉][N][32], what LinearBackwardX reads
	current  bool      // backward was made of the present w
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
	packed.mu.Lock()
	defer packed.mu.Unlock()
	packed.current = false
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
		g.b, g.packed = b.backwardF32(w, packed, g.b), true
	}
	if acc {
		g.old = g.c
	}
	b.gemm(g)
}

// backwardF32 returns the panels of w for sums over its rows: [⌈K/32⌉][N][32],
// element (p, n, j) is w[n, 32p+j], zero beyond K. They are made when they are
// first asked for: weights that are never trained need none.
func (b *Backend) backwardF32(w *kernels.Weight, packed *packedF32, raw []float32) []float32 {
	packed.mu.Lock()
	defer packed.mu.Unlock()
	if packed.current {
		return packed.backward
	}
	if size := roundUp(w.K, nr) * w.N; len(packed.backward) != size {
		packed.backward = linePanels[float32](size)
	}
	type args struct {
		panels, raw []float32
		N, K        int
	}
	shareRows(b, w.N, w.K/4, args{packed.backward, raw, w.N, w.K}, func(b *Backend, a *args, _, lo, hi int) {
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
	packed.current = true
	return packed.backward
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
