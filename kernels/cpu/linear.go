package cpu

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// Pack lays the weight w[N,K] out as the panels that Linear reads:
// [⌈N/32⌉][K][32], element (p, k, j) is w[32p+j, k], zero beyond N.
func (b *Backend) Pack(w *kernels.Weight) {
	raw := need("Pack", "w", w.Raw, w.N*w.K)
	panels := (w.N + nr - 1) / nr
	packed, ok := w.Packed.(*packedF32)
	if !ok {
		packed = new(packedF32)
		w.Packed = packed
	}
	if size := panels * w.K * nr; len(packed.panels) != size {
		packed.panels = make([]float32, size)
	}
	b.rows(panels, w.K*4, func(_, lo, hi int) {
		for p := lo; p < hi; p++ {
			n := min(nr, w.N-p*nr)
			packTransposed(b.isa, packed.panels[p*w.K*nr:][:w.K*nr], nr, raw[p*nr*w.K:], w.K, n, w.K)
		}
	})
}

// packedF32 is what Pack makes of a weight in float32.
type packedF32 struct {
	panels []float32 // [⌈N/32⌉][K][32], what Linear reads
}

// Linear computes y[T,N] = x[T,K]·wᵀ and the epilogue.
func (b *Backend) Linear(y, x kernels.Buffer, w *kernels.Weight, T int, e kernels.Epilogue) {
	packed, ok := w.Packed.(*packedF32)
	if !ok || len(packed.panels) != (w.N+nr-1)/nr*w.K*nr {
		panic(fmt.Sprintf("kernels/cpu: Linear: the weight [%d, %d] is not packed: call Pack first", w.N, w.K))
	}
	out := need("Linear", "y", y, T*w.N)
	gate, old := maybe("Linear", "gate", e.Gate, T*w.N), maybe("Linear", "add", e.Add, T*w.N)
	end := store
	if old != nil && gate == nil {
		if len(old) > 0 && &old[0] != &out[0] {
			copy(out, old)
		}
		end = add
	}
	sum := out
	if gate != nil && !e.Up.IsZero() {
		sum = need("Linear", "up", e.Up, T*w.N)
	}
	b.gemm(gemm{
		m: T, n: w.N, k: w.K,
		c: sum, ldc: w.N,
		a: need("Linear", "x", x, T*w.K), rsa: w.K, csa: 1,
		b: packed.panels, packed: true,
		bias: maybe("Linear", "bias", e.Bias, w.N),
		end:  end,
	})
	if r := e.LowRank; r != nil {
		b.Linear(kernels.Of(sum), r.U, r.B, T, kernels.Epilogue{Add: kernels.Of(sum)})
	}
	if gate != nil {
		b.SwiGLU(y, e.Gate, kernels.Of(sum), T*w.N)
		if old != nil {
			b.Add(y, e.Add, y, T*w.N)
		}
	}
}

// LinearBackwardX computes dx[T,K] (+)= dy[T,N]·w, with w read in place.
func (b *Backend) LinearBackwardX(dx, dy kernels.Buffer, w *kernels.Weight, T int, acc bool) {
	b.gemm(gemm{
		m: T, n: w.K, k: w.N,
		c: need("LinearBackwardX", "dx", dx, T*w.K), ldc: w.K,
		a: need("LinearBackwardX", "dy", dy, T*w.N), rsa: w.N, csa: 1,
		b: need("LinearBackwardX", "w", w.Raw, w.N*w.K), ldb: w.K,
		end: addIf(acc),
	})
}

// LinearBackwardW computes dw[N,K] += dyᵀ·x and dbias[N] += Σ_t dy[t]. The
// sums go on from the old dw and dbias in ascending t, so a batch given in two
// calls has the bits of one call.
func (b *Backend) LinearBackwardW(dw, dbias, dy, x kernels.Buffer, T, N, K int, compute kernels.DType) {
	d := need("LinearBackwardW", "dy", dy, T*N)
	if !dw.IsZero() {
		b.gemm(gemm{
			m: N, n: K, k: T,
			c: need("LinearBackwardW", "dw", dw, N*K), ldc: K,
			a: d, rsa: 1, csa: N,
			b: need("LinearBackwardW", "x", x, T*K), ldb: K,
			end: chain,
		})
	}
	if sum := maybe("LinearBackwardW", "dbias", dbias, N); sum != nil {
		const block = 64
		b.rows((N+block-1)/block, T*block/16, func(_, lo, hi int) {
			j0, j1 := lo*block, min(N, hi*block)
			for t := range T {
				addTo(b.isa, sum[j0:j1], d[t*N+j0:t*N+j1])
			}
		})
	}
}

func addIf(acc bool) ending {
	if acc {
		return add
	}
	return store
}
